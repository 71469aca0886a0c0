import type { ProxySettings } from '../ports/host-config.ts';

/** The keys of the block `redsocks` that are ours to give. */
type RedsocksSettings = Omit<ProxySettings, 'noProxy'>;

const base = {
	log_debug: 'off',
	log_info: 'on',
	log: 'stderr',
	daemon: 'off',
	redirector: 'iptables',
};
const localEnd = { local_ip: '127.0.0.1', local_port: '12345' };
const localNameServer = { local_ip: '127.0.0.1', local_port: '53' };

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** The text of redsocks.conf; undefined where there is nothing to send connections to. */
export function writeRedsocksConf(proxy: RedsocksSettings): string | undefined {
	const { type, ip, port, login, password, dns } = proxy;
	const own = {
		...(type === undefined ? {} : { type }),
		...(ip === undefined ? {} : { ip }),
		...(port === undefined ? {} : { port: String(port) }),
		...(login === undefined ? {} : { login: quote(login) }),
		...(password === undefined ? {} : { password: quote(password) }),
	};
	if (Object.keys(own).length === 0) return undefined;
	const blocks = [block('base', base), block('redsocks', { ...own, ...localEnd })];
	if (dns !== undefined) {
		const colon = dns.lastIndexOf(':');
		const remote = { remote_ip: dns.slice(0, colon), remote_port: dns.slice(colon + 1) };
		blocks.push(block('dnsu2t', { ...remote, ...localNameServer }));
	}
	return blocks.join('\n');
}

function block(name: string, settings: Readonly<Record<string, string>>): string {
	const lines = Object.entries(settings).map(([key, value]) => `\t${key} = ${value};\n`);
	return `${name} {\n${lines.join('')}}\n`;
}

/** redsocks reads the escapes of C between double quotes. */
function quote(text: string): string {
	return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

function unquote(text: string): string {
	const inner = /^"([^]*)"$/.exec(text)?.[1];
	if (inner === undefined) return text;
	return inner.replaceAll(/\\(.)/g, (_all, char: string) => escapes[char] ?? char);
}

/** What the text of redsocks.conf says; what it does not say, or not in a form we know, is absent. */
export function readRedsocksConf(text: string): RedsocksSettings {
	const { type, ip, port, login, password } = settingsOf('redsocks', text);
	const { remote_ip: address, remote_port: dnsPort } = settingsOf('dnsu2t', text);
	return {
		...(type === undefined ? {} : { type }),
		...(ip === undefined ? {} : { ip }),
		...(port === undefined ? {} : { port: /^\d+$/.test(port) ? Number(port) : port }),
		...(login === undefined ? {} : { login }),
		...(password === undefined ? {} : { password }),
		...(address === undefined || dnsPort === undefined ? {} : { dns: `${address}:${dnsPort}` }),
	};
}

/** A value runs to the semicolon; between double quotes it may hold anything. */
const settingForm = /([a-z_]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;\n]*?)\s*;/g;

function settingsOf(name: string, text: string): Readonly<Record<string, string | undefined>> {
	const inside = new RegExp(`(?:^|\\s)${name}\\s*\\{((?:"(?:[^"\\\\]|\\\\.)*"|[^}"])*)\\}`).exec(
		withoutComments(text),
	)?.[1];
	const found = [...(inside ?? '').matchAll(settingForm)];
	return Object.fromEntries(found.map(([, key = '', value = '']) => [key, unquote(value)]));
}

function withoutComments(text: string): string {
	return text
		.split('\n')
		.map((line) => line.replace(/^\s*(?:\/\/|#).*$/, ''))
		.join('\n')
		.replaceAll(/("(?:[^"\\]|\\.)*")|\/\*[^]*?\*\//g, '$1');
}
