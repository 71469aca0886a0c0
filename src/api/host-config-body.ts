import { isRecord } from '../kit/digest.ts';
import type { HostConfigPatch, ProxyPatch } from '../ports/host-config.ts';
import { refuseText } from './answer.ts';

/** A change of the host's name and proxy as it was asked for. */
export interface HostConfigRequest {
	readonly patch: HostConfigPatch;
	/** One sentence for each value that is taken although its form is not as it should be. */
	readonly oddities: readonly string[];
}

const types = ['socks4', 'socks5', 'http-connect', 'http-relay'];
const defaultNameServer = '8.8.8.8:53';

/** Reads the body of a change, as leniently as existing clients need it. @throws 400 that says what is wrong */
export function readHostConfigBody(body: unknown): HostConfigRequest {
	const network = isRecord(body) ? body.network : undefined;
	if (!isRecord(network)) throw malformed('network must be an object');
	const { hostname, proxy } = network;
	const oddities: string[] = [];
	return {
		patch: {
			...(hostname === undefined ? {} : { hostname: readHostname(hostname) }),
			...given('proxy', readProxy(proxy, oddities)),
		},
		oddities,
	};
}

function malformed(problem: string): Error {
	return refuseText('BAD_REQUEST', `The host config is not valid: ${problem}`);
}

function readHostname(value: unknown): string {
	if (typeof value !== 'string') throw malformed('hostname must be a string');
	if (!/^[\w.-]{0,253}$/.test(value)) {
		throw malformed('hostname may have letters, digits, dots, dashes and underscores only');
	}
	return value;
}

/** @returns undefined for a change of nothing: only an empty object takes the proxy away, no unknown or empty member */
function readProxy(value: unknown, oddities: string[]): ProxyPatch | undefined {
	if (value === undefined) return undefined;
	if (!isRecord(value)) throw malformed('proxy must be an object');
	const patch = readMembers(value, oddities);
	const isLost = Object.keys(patch).length === 0 && Object.keys(value).length > 0;
	return isLost ? undefined : patch;
}

function readMembers(value: Readonly<Record<string, unknown>>, oddities: string[]): ProxyPatch {
	const { type, ip, port, login, password, dns, noProxy, ...others } = value;
	const odd = (name: string, isOdd: boolean): void => {
		if (isOdd) oddities.push(`proxy.${name} is not as it should be`);
	};
	for (const name of Object.keys(others)) oddities.push(`proxy.${name} is not known, and left out`);
	odd('type', type !== undefined && !types.includes(textOf(type) ?? ''));
	odd('port', port !== undefined && !/^\d+$/.test(textOf(port) ?? ''));
	for (const [name, text] of Object.entries({ ip, login, password })) {
		odd(name, text !== undefined && typeof text !== 'string');
	}
	odd('noProxy', noProxy !== undefined && !isTextList(noProxy));
	return {
		...given('type', readWord('type', type)),
		...given('ip', readWord('ip', ip)),
		...given('port', readWord('port', port)),
		...given('login', readLine('login', login)),
		...given('password', readLine('password', password)),
		...given('dns', readNameServer(dns)),
		...given('noProxy', readExceptions(noProxy)),
	};
}

function given<K extends string, T>(name: K, value: T | undefined): { [key in K]?: T } {
	// TypeScript does not follow a computed name into a mapped type.
	return (value === undefined ? {} : { [name]: value }) as { [key in K]?: T };
}

/** Text without control characters; null counts as not given. */
function readLine(name: string, value: unknown): string | undefined {
	if (value === undefined || value === null) return undefined;
	const text = textOf(value);
	if (text === undefined || /\p{Cc}/u.test(text)) {
		throw malformed(`proxy.${name} must be one line of text`);
	}
	return text;
}

function textOf(value: unknown): string | undefined {
	const isPlain = ['string', 'number', 'boolean'].includes(typeof value);
	return isPlain ? String(value) : undefined;
}

/** A text that stands in the file without quotes. */
function readWord(name: string, value: unknown): string | undefined {
	const text = readLine(name, value);
	if (text !== undefined && !/^[^\s;{}"]+$/.test(text)) {
		throw malformed(`proxy.${name} must be one word`);
	}
	return text;
}

function readNameServer(value: unknown): string | false | undefined {
	if (value === undefined || value === null) return undefined;
	if (typeof value === 'boolean') return value && defaultNameServer;
	if (typeof value === 'string' && /^[^\s;{}"]+:\d+$/.test(value)) return value;
	throw malformed('proxy.dns must be true, false, or an address and a port with a colon between');
}

function readExceptions(value: unknown): string[] | undefined {
	if (value === undefined || value === null) return undefined;
	const entries: unknown[] = Array.isArray(value) ? value : toEntries(value);
	return entries.map((entry) => {
		const text = readLine('noProxy', entry) ?? '';
		if (!/^\S+$/.test(text)) throw malformed('proxy.noProxy must be a list of addresses');
		return text;
	});
}

/** A list that was written as one text. */
function toEntries(value: unknown): string[] {
	if (typeof value !== 'string') throw malformed('proxy.noProxy must be a list of addresses');
	return value.split(/[\s,]+/).filter((entry) => entry !== '');
}

function isTextList(value: unknown): boolean {
	return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}
