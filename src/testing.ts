/** The public face of `switchhook/testing`: what a test of routes and plugins imports. */

export {
	createTestContext,
	type TestContext,
	type TestContextParts,
	type TestHandedOn,
	type TestLogLine,
	type TestTables,
} from "./testing/context.ts";
export { createTestEvent, type TestEventParts } from "./testing/event.ts";
export {
	createTestRouter,
	type TestAnswer,
	type TestDelivery,
	type TestRouter,
	type TestRouterOptions,
	type TestStub,
	type TestWebhook,
} from "./testing/router.ts";
export {
	type SignedWebhook,
	signWebhook,
	type WebhookScheme,
	type WebhookToSign,
} from "./testing/sign-webhook.ts";
