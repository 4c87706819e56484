import { about } from "./about/about.tsx";
import { charts } from "./charts/charts.tsx";
import { config } from "./config/config.tsx";
import { deliveries } from "./deliveries/deliveries.tsx";
import { live } from "./live/live.tsx";
import { phone } from "./phone/phone.tsx";
import { routes } from "./routes/routes.tsx";
import { send } from "./send/send.tsx";
import type { View } from "./view.ts";

/** The views, in the order of the navigation. The first one is shown at `/`. */
export const VIEWS: readonly View[] = [
	live,
	deliveries,
	routes,
	charts,
	send,
	phone,
	config,
	about,
];
