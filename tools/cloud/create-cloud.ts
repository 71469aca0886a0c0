import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { systemClock, type Clock } from '../../src/kit/clock.ts';
import { systemRandom, type Random } from '../../src/kit/random.ts';
import { createApp } from './app.ts';
import type { CloudContext } from './context.ts';
import { createFaults, type Faults } from './dev/faults.ts';
import { createJournal, type Journal } from './dev/journal.ts';
import { createDeviceCaller } from './device-caller.ts';
import { FleetInput, loadFleets, readFleets } from './fleets-file.ts';
import { createSigningKeys, type SigningKeys } from './registry/certificate.ts';
import { createRegistryApp } from './registry/proxy.ts';
import { createTokenSigner } from './registry/token-signer.ts';
import { openStore, type Store } from './store/store.ts';
import type { z } from 'zod';

export interface CloudOptions {
	/** A file, made when absent. Default `:memory:`. */
	databasePath?: string;
	/** YAML file of fleets to load at start. */
	fleetsFile?: string;
	/** Fleets to load at start, beside those of the file. */
	fleets?: readonly z.input<typeof FleetInput>[];
	/** Key of the developer: sees and may do everything. */
	userKey: string;
	/** Keys that sign registry tokens. Default: new ones at the first token. */
	signingKeys?: SigningKeys;
	/** Host and port that image locations begin with, default `registry.holdfast.test:5000`. */
	registryHost?: string;
	/** Name of this cloud in registry tokens, default `api.holdfast.test`. */
	issuer?: string;
	/** Least poll interval of devices in milliseconds, default 10 000. */
	pollFloorMs?: number;
	/** How long a log stream of a deleted or frozen device hangs, default 55 000 ms as the real cloud. */
	frozenLogDelayMs?: number;
	/** Tell devices of a new target at once, at the address they called from. Default false. */
	notifiesDevices?: boolean;
	clock?: Clock;
	random?: Random;
	/** Hears of defects of the cloud itself. Default: nobody. */
	onError?: (err: unknown) => void;
}

/** A cloud that can be started. */
export interface Cloud {
	/** For supertest, or to mount elsewhere. */
	app: Express;
	store: Store;
	faults: Faults;
	journal: Journal;
	userKey: string;
	registryHost: string;
	/**
	 * Starts to answer.
	 * @param port - 0 takes a free one
	 * @param host - default 127.0.0.1
	 * @returns the base address, without a slash at the end
	 */
	listen(port: number, host?: string): Promise<string>;
	/**
	 * Starts to answer as the registry, in front of docker-registry on `upstreamPort` of 127.0.0.1.
	 * @returns host and port
	 */
	listenAsRegistry(port: number, upstreamPort: number, host?: string): Promise<string>;
	/** Ends every connection and closes the database. */
	close(): Promise<void>;
}

export const defaultRegistryHost = 'registry.holdfast.test:5000';
export const defaultIssuer = 'api.holdfast.test';

interface ContextParts {
	store: Store;
	registryUrl: () => string | undefined;
	signal: AbortSignal;
}

function createContext(
	options: CloudOptions,
	{ store, registryUrl, signal }: ContextParts,
): CloudContext {
	const { clock = systemClock, random = systemRandom, signingKeys } = options;
	return {
		store,
		clock,
		random,
		caller: createDeviceCaller({ notifies: options.notifiesDevices ?? false, signal }),
		signToken: createTokenSigner({
			keys: () =>
				signingKeys === undefined ? createSigningKeys(clock.now()) : Promise.resolve(signingKeys),
			issuer: options.issuer ?? defaultIssuer,
			clock,
		}),
		userKey: options.userKey,
		registryHost: options.registryHost ?? defaultRegistryHost,
		registryUrl,
		pollFloorMs: options.pollFloorMs ?? 10_000,
		frozenLogDelayMs: options.frozenLogDelayMs ?? 55_000,
		signal,
	};
}

async function collectFleets({ fleetsFile, fleets = [] }: CloudOptions): Promise<FleetInput[]> {
	const ofFile = fleetsFile === undefined ? [] : await readFleets(fleetsFile);
	return [...ofFile, ...fleets.map((fleet) => FleetInput.parse(fleet))];
}

/** A server that listens, and how to end it. */
interface Listener {
	port: number;
	close(): Promise<void>;
}

async function listenOn(app: Express, port: number, host: string): Promise<Listener> {
	const server = createServer(app);
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, resolve);
	});
	const address: AddressInfo | string | null = server.address();
	return {
		port: typeof address === 'object' && address !== null ? address.port : port,
		close: () =>
			new Promise((resolve) => {
				server.close(() => {
					resolve();
				});
				server.closeAllConnections();
			}),
	};
}

/** The host one asks for a server that listens on `host`. */
const toReachable = (host: string): string =>
	host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;

/**
 * Opens the database, loads the fleets, and builds the cloud; it answers once `listen` was called.
 * @throws {FleetsFileError} when the file of fleets is not valid
 */
export async function createCloud(options: CloudOptions): Promise<Cloud> {
	const shutdown = new AbortController();
	const store = await openStore(options.databasePath ?? ':memory:');
	let registryUrl: string | undefined;
	const parts = { store, registryUrl: () => registryUrl, signal: shutdown.signal };
	const context = createContext(options, parts);
	const { clock } = context;
	try {
		await loadFleets(await collectFleets(options), context);
	} catch (err) {
		await store.database.destroy();
		throw err;
	}
	const faults = createFaults({ clock, signal: shutdown.signal });
	const journal = createJournal(clock);
	const onError = options.onError ?? (() => undefined);
	const deps = { context, faults, journal, onError };
	const app = createApp(deps);
	const listeners: Listener[] = [];
	const listen = async (served: Express, port: number, host: string): Promise<string> => {
		const listener = await listenOn(served, port, host);
		listeners.push(listener);
		return `${toReachable(host)}:${listener.port}`;
	};
	return {
		app,
		store,
		faults,
		journal,
		userKey: context.userKey,
		registryHost: context.registryHost,
		listen: async (port, host = '127.0.0.1') => `http://${await listen(app, port, host)}`,
		listenAsRegistry(port, upstreamPort, host = '127.0.0.1') {
			registryUrl = `http://127.0.0.1:${upstreamPort}`;
			return listen(createRegistryApp(deps, upstreamPort), port, host);
		},
		async close() {
			shutdown.abort(new Error('the cloud closes'));
			await Promise.all(listeners.map((listener) => listener.close()));
			await store.database.destroy();
		},
	};
}
