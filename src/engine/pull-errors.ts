import { SupervisorError } from '../kit/errors.ts';

export interface PullContext {
	readonly reference: string;
	readonly hasCredentials: boolean;
}

interface Reason {
	readonly pattern: RegExp;
	readonly say: (match: RegExpExecArray, context: PullContext) => string;
}

/** How the engine and the registries word it; the first row that fits counts. */
const reasons: readonly Reason[] = [
	{
		pattern:
			/manifest unknown|manifest for \S+ not found|name unknown|MANIFEST_UNKNOWN|NAME_UNKNOWN/,
		say: () => 'the registry has no such image',
	},
	{
		pattern: /unauthorized|authentication required|no basic auth credentials|denied/i,
		say: (_match, { hasCredentials }) =>
			hasCredentials
				? 'the registry refuses our credentials, or has no such image'
				: 'the registry wants credentials, or has no such image',
	},
	{
		pattern: /toomanyrequests|too many requests|rate limit/i,
		say: () => 'the registry wants us to wait (too many requests)',
	},
	{
		pattern: /server gave HTTP response to HTTPS client/,
		say: () => 'the registry does not speak HTTPS, and the engine does not trust it without',
	},
	{
		pattern: /(x509: .*|certificate .*|tls: .*)/,
		say: ([, text = '']) => `the connection to the registry cannot be trusted (${text})`,
	},
	{
		pattern:
			/(connection refused|connection reset|no such host|i\/o timeout|no route to host|network is unreachable|handshake timeout|server misbehaving|Client\.Timeout|deadline exceeded|unexpected EOF|\bEOF\b|broken pipe)/,
		say: ([, text = '']) => `the registry cannot be reached (${text})`,
	},
	{
		pattern: /not found|no such image/i,
		say: () => 'the registry has no such image',
	},
];

/**
 * A failure of a pull as IMAGE_PULL_FAILED with a reason a user can act on. Failures that already say what they are
 * (ENGINE_UNAVAILABLE …) come back as they are; NO_SPACE gets the name of the image.
 */
export function toPullError(err: unknown, context: PullContext): unknown {
	if (!(err instanceof SupervisorError)) return err;
	if (err.code === 'IMAGE_WRONG_ARCHITECTURE') {
		return new SupervisorError(`${context.reference}: ${err.message}`, {
			code: err.code,
			cause: err,
		});
	}
	if (err.code === 'NO_SPACE') {
		return new SupervisorError(`${context.reference} could not be downloaded: ${err.message}`, {
			code: err.code,
			cause: err,
		});
	}
	if (err.code !== 'ENGINE_REFUSED' && err.code !== 'ENGINE_NOT_FOUND') return err;
	return new SupervisorError(
		`${context.reference} could not be downloaded: ${reasonOf(err.message, context)}`,
		{ code: 'IMAGE_PULL_FAILED', cause: err },
	);
}

function reasonOf(text: string, context: PullContext): string {
	for (const { pattern, say } of reasons) {
		const match = pattern.exec(text);
		if (match !== null) return say(match, context);
	}
	return text;
}
