import pino from 'pino';
import type { Logger } from '../kit/logger.ts';
import { toLogText } from './log-text.ts';

/** Names of fields whose values never reach a log, at the top and two levels down. */
const secretNames = [
	'apiKey',
	'deviceApiKey',
	'apikey',
	'api_key',
	'api_secret',
	'key',
	'password',
	'authorization',
	'token',
];

export interface LoggerOptions {
	/** pino's level; default `info`. */
	readonly level?: string | undefined;
	/** `json`: one object a line; `text`: for people who read a journal. Default `text`. */
	readonly format?: string | undefined;
	readonly write: (line: string) => void;
}

/** The logger of the process: a fixed sentence plus fields, secrets cut out by the name of the field. */
export function createLogger({ level = 'info', format = 'text', write }: LoggerOptions): Logger {
	const isKnown = level in pino.levels.values;
	const destination = {
		write: (line: string): void => write(format === 'json' ? line : toLogText(line)),
	};
	return pino(
		{
			level: isKnown ? level : 'info',
			base: null,
			timestamp: pino.stdTimeFunctions.isoTime,
			serializers: { err: (err: unknown) => describeError(err) },
			redact: {
				paths: secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
				censor: '(secret)',
			},
		},
		destination,
	);
}

/**
 * What a log tells of a failure: its text, its code, the texts of its causes; the stack of what nobody foresaw.
 * @param isExplained - it is the cause of a failure that says in our words what it means
 */
function describeError(err: unknown, isExplained = false): object {
	if (!(err instanceof Error)) return { message: String(err) };
	const code = codeOf(err);
	const explains = isExplained || (code !== undefined && code !== 'INTERNAL');
	const cause = err.cause instanceof Error ? describeError(err.cause, explains) : undefined;
	return {
		message: err.message,
		...(code === undefined ? {} : { code }),
		...(isExplained || isForeseen(err) ? {} : { stack: err.stack }),
		...(cause === undefined ? {} : { cause }),
	};
}

function codeOf(err: Error): string | undefined {
	return 'code' in err && typeof err.code === 'string' ? err.code : undefined;
}

/** Failures with a code, or that stand for one with a code: a refused connection in the words of a library, say. */
function isForeseen(err: Error): boolean {
	return codeOf(err) !== undefined || (err.cause instanceof Error && isForeseen(err.cause));
}
