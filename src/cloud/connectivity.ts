import net from 'node:net';
import type { Clock } from '../kit/clock.ts';
import { createDeadline } from '../kit/deadline.ts';
import { messageOf } from '../kit/errors.ts';
import type { Job } from '../kit/job.ts';
import type { Logger } from '../kit/logger.ts';
import { addressAttemptMs, type Dialer } from './dialer.ts';
import { endpointOf, type CloudAccessDeps } from './identity.ts';
import { hostOf, toNetworkFailure } from './network-failure.ts';

export interface ConnectivityDeps extends CloudAccessDeps {
	readonly dialer: Pick<Dialer, 'lookup' | 'proxyFor'>;
	/** False: nothing is tried, and nothing is known. */
	readonly isEnabled: () => Promise<boolean>;
	/** The VPN goes to the cloud: while it is up there is nothing to try. */
	readonly isVpnUp: () => Promise<boolean>;
	/** Told of each change; never of a first success. `reason` is there while nothing gets through. */
	readonly onChange: (change: ConnectivityChange) => void;
	/** Told at each look, see {@link ConnectivityCheck.isConnected}. */
	readonly onLook?: ((isConnected: boolean | undefined) => void) | undefined;
	readonly clock: Clock;
	readonly log: Logger;
}

export interface ConnectivityChange {
	/** Name and port of what was tried. */
	readonly host: string;
	/** Why there is no connection; absent when there is one again. */
	readonly reason?: string;
}

/** Tries every ten seconds whether the cloud's port can be reached (contract 2.7). */
export interface ConnectivityCheck extends Job {
	/** undefined: not tried yet, switched off, or there is no cloud. */
	isConnected(): boolean | undefined;
}

const spacingMs = 10_000;
/** Time that a connection may take, name lookup included, in milliseconds. */
const limitMs = 10_000;

export function createConnectivityCheck(parentDeps: ConnectivityDeps): ConnectivityCheck {
	const deps = { ...parentDeps, log: parentDeps.log.child({ component: 'connectivity' }) };
	const { onChange, onLook, clock, log } = deps;
	let isConnected: boolean | undefined;
	const look = async (signal: AbortSignal): Promise<void> => {
		const seen = await lookOnce(deps, signal);
		const was = isConnected;
		isConnected = seen === undefined ? undefined : seen.reason === undefined;
		onLook?.(isConnected);
		if (seen === undefined || isConnected === (was ?? true)) return;
		log[isConnected ? 'info' : 'warn'](seen, isConnected ? 'cloud in reach' : 'cloud out of reach');
		onChange(seen);
	};
	return {
		name: 'connectivity check',
		isConnected: () => isConnected,
		async run(signal) {
			try {
				for (;;) {
					await look(signal);
					await clock.sleep(spacingMs, signal);
				}
			} catch (err) {
				if (!signal.aborted) throw err;
			}
		},
	};
}

/** @returns undefined when there is nothing to try */
async function lookOnce(
	{ config, apiEndpointOverride, dialer, isEnabled, isVpnUp, log }: ConnectivityDeps,
	signal: AbortSignal,
): Promise<ConnectivityChange | undefined> {
	try {
		const { apiEndpoint } = await config.read();
		if (apiEndpoint === '' || !(await isEnabled())) return undefined;
		const url = await endpointOf(apiEndpoint, apiEndpointOverride);
		const host = hostOf(url);
		if (await isVpnUp()) return { host };
		const reason = await connect(url, { dialer, signal });
		return { host, ...(reason === undefined ? {} : { reason }) };
	} catch (err) {
		signal.throwIfAborted();
		log.debug({ reason: messageOf(err) }, 'connectivity not checked');
		return undefined;
	}
}

interface Attempt {
	readonly dialer: ConnectivityDeps['dialer'];
	readonly signal: AbortSignal;
}

/**
 * Opens a connection, to the proxy where there is one, and closes it.
 * @returns why there is none; undefined when there was one
 */
async function connect(url: string, { dialer, signal }: Attempt): Promise<string | undefined> {
	const { hostname, port, protocol } = new URL(dialer.proxyFor(url) ?? url);
	const socket = net.connect({
		host: hostname.replace(/^\[(.*)\]$/, '$1'),
		port: port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port),
		lookup: dialer.lookup,
		autoSelectFamilyAttemptTimeout: addressAttemptMs,
	});
	const deadline = createDeadline(signal, limitMs);
	const opened = new Promise<string | undefined>((resolve) => {
		socket.once('connect', () => resolve(undefined));
		socket.once('error', (err) => resolve(toNetworkFailure(err, url).message));
	});
	try {
		return await deadline.race(opened);
	} catch (err) {
		if (!deadline.isExpired) throw err;
		const late = Object.assign(new Error('no connection'), { code: 'ETIMEDOUT' });
		return toNetworkFailure(late, url).message;
	} finally {
		deadline.end();
		socket.destroy();
	}
}
