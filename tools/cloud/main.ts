import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { systemClock } from '../../src/kit/clock.ts';
import { aborted } from '../../src/kit/job.ts';
import { createCloud, defaultIssuer, type Cloud } from './create-cloud.ts';
import type { SigningKeys } from './registry/certificate.ts';
import { ensureSigningKeys } from './registry/kept-keys.ts';
import { startRegistry, type RegistryProcess } from './registry/process.ts';
import { Settings } from './settings.ts';

function readSettings(): Settings {
	const defaults = { CLOUD_FLEETS_FILE: join(import.meta.dirname, 'fleets.yaml') };
	const parsed = Settings.safeParse({ ...defaults, ...process.env });
	if (parsed.success) return parsed.data;
	throw new Error(`the environment is not right:\n${z.prettifyError(parsed.error)}`);
}

async function openCloud(settings: Settings, signingKeys: SigningKeys): Promise<Cloud> {
	await mkdir(settings.DATA_DIR, { recursive: true });
	return createCloud({
		databasePath: join(settings.DATA_DIR, 'cloud.sqlite'),
		fleetsFile: settings.CLOUD_FLEETS_FILE,
		userKey: settings.USER_KEY,
		signingKeys,
		registryHost: settings.REGISTRY_NAME,
		pollFloorMs: settings.CLOUD_POLL_FLOOR_MS,
		notifiesDevices: settings.CLOUD_NOTIFIES_DEVICES === '1',
		onError: (err) => {
			console.error('a request failed', err);
		},
	});
}

async function openRegistry(
	settings: Settings,
	keys: SigningKeys,
): Promise<RegistryProcess | undefined> {
	if (settings.REGISTRY_COMMAND === '') return undefined;
	return startRegistry({
		command: settings.REGISTRY_COMMAND,
		dataDir: join(settings.DATA_DIR, 'registry'),
		port: settings.REGISTRY_UPSTREAM_PORT,
		service: settings.REGISTRY_NAME,
		issuer: defaultIssuer,
		certificate: keys.certificate,
		clock: systemClock,
	});
}

async function run(signal: AbortSignal): Promise<void> {
	const settings = readSettings();
	const { CLOUD_HOST, CLOUD_PORT, REGISTRY_PORT, REGISTRY_UPSTREAM_PORT, DATA_DIR } = settings;
	const keys = await ensureSigningKeys(join(DATA_DIR, 'token-keys.json'), systemClock.now());
	const registry = await openRegistry(settings, keys);
	const cloud = await openCloud(settings, keys);
	if (registry !== undefined) {
		const address = await cloud.listenAsRegistry(REGISTRY_PORT, REGISTRY_UPSTREAM_PORT, CLOUD_HOST);
		console.log(`registry on ${address}`);
	}
	console.log(`cloud on ${await cloud.listen(CLOUD_PORT, CLOUD_HOST)}`);
	try {
		await Promise.race([aborted(signal), ...(registry === undefined ? [] : [registry.ended])]);
	} finally {
		await cloud.close();
		await registry?.stop();
	}
}

const shutdown = new AbortController();
for (const name of ['SIGTERM', 'SIGINT'] as const) {
	process.once(name, () => {
		shutdown.abort();
	});
}
run(shutdown.signal).catch((err: unknown) => {
	console.error(err instanceof Error ? err.message : err);
	process.exitCode = 1;
});
