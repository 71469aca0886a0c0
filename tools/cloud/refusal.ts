import { TypedError } from 'typed-error';

type RefusalBody = { json: unknown } | { html: string } | undefined;

/** A request the cloud answers with an error. Without a body the answer is empty. */
export class Refusal extends TypedError {
	readonly status: number;
	readonly body: RefusalBody;
	readonly headers: Record<string, string>;

	constructor(status: number, body?: RefusalBody, headers: Record<string, string> = {}) {
		super(`refused with ${status}`);
		this.status = status;
		this.body = body;
		this.headers = headers;
	}
}

/** How the real cloud answers a call that carries no key it knows. */
export const unknownKey = (): Refusal => new Refusal(401, { json: { error: 'API key required' } });
