import type { HandlerSettings } from "../../config/settings.ts";
import type { BodySettings } from "../template/body.ts";
import type { OutsideTexts } from "../template/outside.ts";
import type { MessageOptions, Sasl } from "./driver.ts";
import type { BrokerUrl } from "./url.ts";

/** The settings of a `publish`, with all defaults. */
export interface PublishSettings extends HandlerSettings {
	readonly type: "publish";
	/** MUST NOT be shown, except for its name. */
	readonly url: BrokerUrl;
	/** The broker and the target for display. */
	readonly shown: string;
	/** The form of the body. */
	readonly as: "json" | "original" | "cloudevent";
	/** The texts that may be templates. */
	readonly texts: PublishTexts;
	readonly outside: OutsideTexts;
	/** The body that the router writes. Absent for the one of `as`. */
	readonly body?: BodySettings;
	/** Milliseconds until the broker has confirmed. Undefined uses the route's timeout, which also limits this value. */
	readonly timeoutMs: number | undefined;
	/** Milliseconds until a connection is established, including TLS. */
	readonly connectTimeoutMs: number;
	/** Absolute paths of PEM files. */
	readonly tls: {
		readonly ca?: string;
		readonly cert?: string;
		readonly key?: string;
	};
	readonly sasl: Sasl | undefined;
	readonly region: string | undefined;
	readonly options: MessageOptions;
}

/** The texts of a `publish` that may be templates. */
export interface PublishTexts {
	readonly to?: string;
	readonly exchange?: string;
	readonly routingKey?: string;
	readonly key?: string;
	/** By name as written. */
	readonly headers?: Readonly<Record<string, string>>;
}
