import { REDIS, startRedis } from "./brokers/redis.ts";
import { describeBroker } from "./contract.ts";

describeBroker("Redis", REDIS, startRedis);
