import { lazyPackage } from "../lazy-package.ts";

/** Loads the reference parser. Most files are read by the fast one. */
export const yaml = lazyPackage<typeof import("yaml")>("yaml");
