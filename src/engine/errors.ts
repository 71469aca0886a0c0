import { SupervisorError, type SupervisorErrorOptions } from '../kit/errors.ts';

/** What dockerode rejects with: an answer of the engine with an error status, or a failure of the connection. */
interface EngineFailure {
	readonly message?: string | undefined;
	readonly statusCode?: number | undefined;
	readonly json?: unknown;
	/** Node's name of a connection failure: `ECONNREFUSED` and the like. */
	readonly code?: unknown;
}

interface Translation {
	readonly pattern: RegExp;
	readonly code: SupervisorErrorOptions['code'];
	readonly message: (match: RegExpExecArray, text: string) => string;
}

const portTaken = (port: string | undefined): string =>
	port === undefined
		? 'a port of the host that the container wants is already in use'
		: `port ${port} of the host is already in use`;

/** The engine tells these apart only by its words; the first row that fits counts. */
const translations: readonly Translation[] = [
	{
		pattern:
			/(?::(\d+)(?:\/\w+)?(?::\S+)?(?: failed)?: (?:bind: )?)?(?:port is already allocated|address already in use)/,
		code: 'PORT_TAKEN',
		message: (match) => portTaken(match[1]),
	},
	{
		pattern: /no matching manifest for (\S+)/,
		code: 'IMAGE_WRONG_ARCHITECTURE',
		message: (match) => `the image is not made for ${match[1] ?? 'this architecture'}`,
	},
	{
		pattern:
			/exec format error|does not match the (?:specified|detected host) platform|exec user process caused/,
		code: 'IMAGE_WRONG_ARCHITECTURE',
		message: (_match, text) =>
			`the image is made for another architecture than this device's (${text})`,
	},
	{
		pattern: /no space left on device|disk quota exceeded/,
		code: 'NO_SPACE',
		message: () => 'the disk is full',
	},
];

const gatewayStatuses = [502, 503, 504];

/**
 * Any failure of a call in the words of the port. Failures that are neither the engine's nor the connection's come back
 * as they are.
 */
export function toEngineError(err: unknown): unknown {
	if (err instanceof SupervisorError || typeof err !== 'object' || err === null) return err;
	const failure: EngineFailure = err;
	if (failure.statusCode === undefined) return toConnectionError(failure);
	const text = engineMessage(failure);
	if (gatewayStatuses.includes(failure.statusCode)) return unavailable(text, err);
	return refusalOf(text, { statusCode: failure.statusCode, cause: err });
}

/** Translates a message that came without a status: inside a stream, or from a container's output. */
export function refusalOf(
	text: string,
	{ statusCode, cause }: { readonly statusCode?: number; readonly cause?: unknown } = {},
): SupervisorError {
	for (const { pattern, code, message } of translations) {
		const match = pattern.exec(text);
		if (match !== null) return new SupervisorError(message(match, text), { code, cause });
	}
	const code = statusCode === 404 ? 'ENGINE_NOT_FOUND' : 'ENGINE_REFUSED';
	return new SupervisorError(text, { code, cause });
}

/** @param detail - what happened, in a few words */
export function unavailable(detail: string, cause?: unknown): SupervisorError {
	return new SupervisorError(`the container engine does not answer: ${detail}`, {
		code: 'ENGINE_UNAVAILABLE',
		cause,
	});
}

/** The status the engine answered with, when the failure is one of its answers. */
export function statusOf(err: unknown): number | undefined {
	const cause: unknown = err instanceof SupervisorError ? err.cause : err;
	if (typeof cause !== 'object' || cause === null) return undefined;
	return (cause as EngineFailure).statusCode;
}

/** Resolves also when the engine answered with one of these statuses, which say that it is already so. */
export async function alreadySo(
	work: Promise<unknown>,
	statuses: readonly number[],
): Promise<void> {
	try {
		await work;
	} catch (err) {
		if (!statuses.includes(statusOf(err) ?? 0)) throw err;
	}
}

const reasons: Readonly<Record<string, string>> = {
	ENOENT: 'its socket does not exist',
	ECONNREFUSED: 'nothing listens on its socket',
	ECONNRESET: 'it closed the connection',
	EPIPE: 'it closed the connection',
	ETIMEDOUT: 'it took too long',
	EACCES: 'no permission on its socket',
};

function toConnectionError(failure: EngineFailure): unknown {
	const { code, message = '' } = failure;
	if (typeof code !== 'string' && !/aborted|socket hang up|premature close/i.test(message)) {
		return failure;
	}
	return unavailable(reasons[String(code)] ?? shorten(message), failure);
}

const longestMessage = 400;

function engineMessage({ json, message = '' }: EngineFailure): string {
	const body = typeof json === 'object' && json !== null ? json : {};
	const told = 'message' in body && typeof body.message === 'string' ? body.message : message;
	return shorten(told.replace(/^\(HTTP code \d+\) [^-]*- /, ''));
}

/** One line of at most 400 characters. */
export function shorten(text: string): string {
	const line = text.replaceAll(/\s+/g, ' ').trim();
	return line.length <= longestMessage ? line : `${line.slice(0, longestMessage - 1)}…`;
}
