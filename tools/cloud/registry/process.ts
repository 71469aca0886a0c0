import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TypedError } from 'typed-error';
import { stringify } from 'yaml';
import type { Clock } from '../../../src/kit/clock.ts';
import type { SigningKeys } from './certificate.ts';

export interface RegistryOptions {
	/** Default `docker-registry`. */
	command?: string;
	/** Keeps images, configuration and certificate. */
	dataDir: string;
	/** On 127.0.0.1. */
	port: number;
	/** Name of the registry that tokens must be made for. */
	service: string;
	/** Name of the cloud that makes them. */
	issuer: string;
	certificate: SigningKeys['certificate'];
	clock: Clock;
	/** What it prints; default: our own output. */
	stdio?: 'inherit' | 'ignore';
}

/** docker-registry does not start, or ended by itself. */
export class RegistryError extends TypedError {}

export interface RegistryProcess {
	/** Settles when the process ends: rejects unless `stop` was called. */
	ended: Promise<void>;
	stop(): Promise<void>;
}

const readyWithinMs = 15_000;
const stopWithinMs = 5_000;

const toConfig = (
	{ dataDir, port, service, issuer }: RegistryOptions,
	certificatePath: string,
) => ({
	version: 0.1,
	log: { level: 'warn', accesslog: { disabled: true } },
	storage: { filesystem: { rootdirectory: join(dataDir, 'images') }, delete: { enabled: true } },
	http: { addr: `127.0.0.1:${port}`, relativeurls: true },
	auth: {
		// The proxy in front puts the address in that the caller used.
		token: { realm: 'http://token-realm', service, issuer, rootcertbundle: certificatePath },
	},
});

async function writeConfig(options: RegistryOptions): Promise<string> {
	const { dataDir, certificate } = options;
	await mkdir(dataDir, { recursive: true });
	const certificatePath = join(dataDir, 'token.crt');
	const configPath = join(dataDir, 'config.yml');
	await writeFile(certificatePath, certificate);
	await writeFile(configPath, stringify(toConfig(options, certificatePath)));
	return configPath;
}

async function waitUntilReady({ port, clock }: RegistryOptions, ended: AbortSignal): Promise<void> {
	const deadlineMs = clock.monotonicMs() + readyWithinMs;
	while (clock.monotonicMs() < deadlineMs) {
		const answer = await fetch(`http://127.0.0.1:${port}/v2/`).catch(() => undefined);
		if (answer?.status === 401) return;
		await clock.sleep(50, ended);
	}
	throw new RegistryError(`docker-registry does not answer on port ${port}`);
}

function watchEnd(child: ChildProcess, isStopping: () => boolean): Promise<void> {
	return new Promise((resolve, reject) => {
		child.once('error', (err) => {
			reject(new RegistryError(`docker-registry cannot be started: ${err.message}`));
		});
		child.once('exit', (code, signal) => {
			if (isStopping()) resolve();
			else reject(new RegistryError(`docker-registry ended (${signal ?? code ?? 'unknown'})`));
		});
	});
}

/**
 * Starts Debian's docker-registry; afterwards it answers.
 * @throws {RegistryError} when it does not
 */
export async function startRegistry(options: RegistryOptions): Promise<RegistryProcess> {
	const { command = 'docker-registry', stdio = 'inherit', clock } = options;
	const configPath = await writeConfig(options);
	const child = spawn(command, ['serve', configPath], { stdio: ['ignore', stdio, stdio] });
	const state = { stopping: false };
	const gone = new AbortController();
	const ended = watchEnd(child, () => state.stopping);
	ended.catch((err: unknown) => {
		gone.abort(err);
	});
	await waitUntilReady(options, gone.signal);
	return {
		ended,
		async stop() {
			if (child.exitCode !== null || child.signalCode !== null) return;
			state.stopping = true;
			child.kill('SIGTERM');
			const exited = new AbortController();
			const patience = clock.sleep(stopWithinMs, exited.signal).then(
				() => child.kill('SIGKILL'),
				() => undefined,
			);
			await Promise.race([once(child, 'exit'), patience]);
			exited.abort(); // a timer that is left would keep the process alive
		},
	};
}
