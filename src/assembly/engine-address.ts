import type { EngineAddress } from '../engine/client.ts';

/**
 * Where the engine listens.
 * @param engineHost - DOCKER_HOST: `unix:///path`, `tcp://host[:port]` or `http://host[:port]`; absent: the socket
 * @throws {Error} for an address of another form
 */
export function engineAddressOf(engineHost: string | undefined, socketPath: string): EngineAddress {
	if (engineHost === undefined) return { socketPath };
	if (engineHost.startsWith('unix://')) return { socketPath: engineHost.slice('unix://'.length) };
	const text = engineHost.replace(/^tcp:/, 'http:');
	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (url?.protocol === 'http:' && url.hostname !== '') {
		return { host: url.hostname, port: url.port === '' ? 2375 : Number(url.port) };
	}
	throw new Error(
		`DOCKER_HOST must be unix:///path or tcp://host:port, got ${JSON.stringify(engineHost)}`,
	);
}
