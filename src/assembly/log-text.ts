import { isRecord } from '../kit/digest.ts';

const levelNames: Readonly<Record<string, string>> = {
	10: 'trace',
	20: 'debug',
	30: 'info',
	40: 'warn',
	50: 'error',
	60: 'fatal',
};

/**
 * A line of JSON as one line for people: `info  reconciler: plan computed app=web steps=4`. What is not JSON is passed
 * through.
 */
export function toLogText(line: string): string {
	const parsed = parse(line);
	if (!isRecord(parsed)) return line;
	const { level, time: _time, msg, component, err, ...fields } = parsed;
	const head = `${(levelNames[String(level)] ?? '').padEnd(5)} ${component === undefined ? '' : `${textOf(component)}: `}${String(msg)}`;
	const parts = Object.entries(fields).map(([name, value]) => `${name}=${textOf(value)}`);
	const failure = err === undefined ? [] : [failureText(err)];
	return `${[head, ...parts].join(' ')}${failure.join('')}\n`;
}

function parse(line: string): unknown {
	try {
		return JSON.parse(line) as unknown;
	} catch {
		return undefined;
	}
}

function textOf(value: unknown): string {
	if (typeof value !== 'string') return JSON.stringify(value);
	return /[\s"=]/.test(value) || value === '' ? JSON.stringify(value) : value;
}

/** The chain of causes in one line, the stack below it where there is one. */
function failureText(err: unknown): string {
	if (!isRecord(err)) return ` err=${textOf(err)}`;
	const code = err.code === undefined ? '' : ` [${textOf(err.code)}]`;
	const cause = err.cause === undefined ? '' : ` because${failureText(err.cause)}`;
	const stack = typeof err.stack === 'string' ? `\n${err.stack}` : '';
	return ` ${String(err.message)}${code}${cause}${stack}`;
}
