import type { Driver } from "../driver.ts";
import { amqp } from "./amqp.ts";
import { kafka } from "./kafka.ts";
import { nats } from "./nats.ts";
import { redis } from "./redis.ts";
import { sqs } from "./sqs.ts";

/** All drivers, in the order in which messages list them. */
const DRIVERS: readonly Driver[] = [amqp, nats, redis, kafka, sqs];

/** The drivers by the scheme of a URL. */
export const BROKERS: ReadonlyMap<string, Driver> = new Map(
	DRIVERS.flatMap((driver) =>
		Object.keys(driver.schemes).map((scheme) => [scheme, driver] as const),
	),
);
