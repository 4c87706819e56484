/** The reason why a call to the platform failed. */
export type FaultCode =
	/** The platform does not know the key and the secret. */
	| "credentials"
	/** The key may not do this. */
	| "forbidden"
	/** No answer came, or none that says anything. */
	| "unreachable"
	/** There were too many calls, for longer than a command waits. */
	| "rate"
	/** The platform understood the call and refused it. */
	| "refused"
	/** The object does not exist at the platform. */
	| "missing"
	/** The answer is not of the form that the platform documents. */
	| "answer";

/** A call to the platform that failed. The message is a sentence or two for a person, and holds no secret. */
export class PlatformFault extends Error {
	override readonly name = "PlatformFault";
	readonly code: FaultCode;

	constructor(code: FaultCode, message: string, options?: ErrorOptions) {
		super(message, options);
		this.code = code;
	}
}
