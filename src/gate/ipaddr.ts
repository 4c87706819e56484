import { lazyPackage } from "../lazy-package.ts";

/** Loads ipaddr.js. An import would take ten times as long, because Node searches its text for the names of exports. */
export const ipaddr = lazyPackage<typeof import("ipaddr.js")>("ipaddr.js");
