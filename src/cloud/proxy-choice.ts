import net from 'node:net';

/** What the environment says of proxies; see docs/configuration.md. */
export interface ProxySettings {
	readonly httpProxy?: string | undefined;
	readonly httpsProxy?: string | undefined;
	readonly noProxy?: string | undefined;
}

/** @returns the address of the proxy that a URL is reached through; undefined: it is reached directly */
export type ProxyChoice = (url: string) => string | undefined;

interface Place {
	/** In lower case, without brackets. */
	readonly host: string;
	readonly port: string;
}

type Exception = (place: Place) => boolean;

/** The choice as curl and Go make it; this device itself is never asked through a proxy. */
export function createProxyChoice({ httpProxy, httpsProxy, noProxy }: ProxySettings): ProxyChoice {
	const exceptions = (noProxy ?? '')
		.split(/[\s,]+/)
		.filter((text) => text !== '')
		.map(parseException);
	const proxies = new Map([
		['http:', normalized(httpProxy)],
		['https:', normalized(httpsProxy ?? httpProxy)],
	]);
	return (url) => {
		const place = placeOf(url);
		if (place === undefined) return undefined;
		const isDirect = isThisDevice(place.host) || exceptions.some((matches) => matches(place));
		return isDirect ? undefined : proxies.get(new URL(url).protocol);
	};
}

/** `proxy:3128` stands for `http://proxy:3128`. */
function normalized(proxy: string | undefined): string | undefined {
	if (proxy === undefined || proxy === '') return undefined;
	const url = proxy.includes('://') ? proxy : `http://${proxy}`;
	return URL.canParse(url) ? new URL(url).href : undefined;
}

function placeOf(url: string): Place | undefined {
	if (!URL.canParse(url)) return undefined;
	const { hostname, port, protocol } = new URL(url);
	const standard = protocol === 'https:' ? '443' : '80';
	return { host: bare(hostname), port: port === '' ? standard : port };
}

function parseException(text: string): Exception {
	if (text === '*') return () => true;
	const [address = '', bits] = text.split('/');
	if (bits !== undefined && net.isIP(bare(address)) !== 0) return inNetwork(bare(address), bits);
	const [, name = text, port] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(text) ?? [];
	const wanted = bare(name).replace(/^\*?\./, '');
	return ({ host, port: asked }) =>
		(port === undefined || port === asked) && (host === wanted || host.endsWith(`.${wanted}`));
}

function inNetwork(address: string, bits: string): Exception {
	const family = net.isIPv6(address) ? 'ipv6' : 'ipv4';
	const length = Number(bits);
	const isNetwork = Number.isInteger(length) && length <= (family === 'ipv6' ? 128 : 32);
	if (!isNetwork) return () => false;
	const network = new net.BlockList();
	network.addSubnet(address, length, family);
	return ({ host }) => {
		const version = net.isIP(host);
		return version !== 0 && network.check(host, version === 6 ? 'ipv6' : 'ipv4');
	};
}

function isThisDevice(host: string): boolean {
	return host === 'localhost' || host === '::1' || (net.isIPv4(host) && host.startsWith('127.'));
}

function bare(host: string): string {
	return host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
}
