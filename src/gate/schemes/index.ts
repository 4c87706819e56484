import { BASIC } from "./basic.ts";
import { HMAC } from "./hmac/scheme.ts";
import { META } from "./presets/meta.ts";
import { SERVICE_SCHEMES } from "./presets/services.ts";
import { TWILIO } from "./presets/twilio.ts";
import { STANDARD_WEBHOOKS } from "./standard-webhooks.ts";
import { createSchemes } from "./table.ts";
import { VONAGE_JWT } from "./vonage-jwt/scheme.ts";
import { VONAGE_SIG } from "./vonage-sig/scheme.ts";

/** The built-in signature schemes, in the order in which messages list them. */
export const SCHEMES = createSchemes([
	VONAGE_SIG,
	VONAGE_JWT,
	HMAC,
	STANDARD_WEBHOOKS,
	BASIC,
	...SERVICE_SCHEMES,
	META,
	TWILIO,
]);
