import { about } from "./about/about.tsx";
import { config } from "./config/config.tsx";
import { deliveries } from "./deliveries/deliveries.tsx";
import { phone } from "./phone/phone.tsx";
import type { View } from "./view.ts";

/** The views, in the order of the navigation. The first one is shown at `/`. */
export const VIEWS: readonly View[] = [deliveries, phone, config, about];
