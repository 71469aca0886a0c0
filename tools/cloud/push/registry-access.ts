import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { PushError } from './errors.ts';
import { tailOf, type RunDocker } from './run-docker.ts';

export interface PushAddress {
	/** `127.0.0.1:<port>`: the registry as this computer's engine reaches it. */
	registry: string;
	userKey: string;
}

const userName = 'user';
const manifestTypes = [
	'application/vnd.docker.distribution.manifest.v2+json',
	'application/vnd.oci.image.manifest.v1+json',
	'application/vnd.oci.image.index.v1+json',
	'application/vnd.docker.distribution.manifest.list.v2+json',
];

const basic = (userKey: string): string => Buffer.from(`${userName}:${userKey}`).toString('base64');

/** Path of an image in its registry: `registry.example/v2/<hash>` gives `v2/<hash>`. */
export const toRepository = (location: string): string => location.slice(location.indexOf('/') + 1);

/** The registry's own name, under which devices know it and which tokens are made for. */
const toService = (location: string): string => location.slice(0, location.indexOf('/'));

/** True when the registry has the image; false also when it cannot be asked. */
export async function hasImage(
	{ registry, userKey }: PushAddress,
	location: string,
	digest: string,
): Promise<boolean> {
	const repository = toRepository(location);
	try {
		const query = new URLSearchParams({
			service: toService(location),
			scope: `repository:${repository}:pull`,
		});
		const tokenAnswer = await fetch(`http://${registry}/auth/v1/token?${query.toString()}`, {
			headers: { authorization: `Basic ${basic(userKey)}` },
		});
		const { token } = z.object({ token: z.string() }).parse(await tokenAnswer.json());
		const answer = await fetch(`http://${registry}/v2/${repository}/manifests/${digest}`, {
			method: 'HEAD',
			headers: { authorization: `Bearer ${token}`, accept: manifestTypes.join(', ') },
		});
		return answer.ok;
	} catch {
		return false;
	}
}

/**
 * Runs `use` with the environment of a docker that is logged in at the registry. The developer's own docker
 * configuration is neither read nor changed, but for the engine that it points to.
 */
export async function withLogin<T>(
	{ registry, userKey }: PushAddress,
	docker: RunDocker,
	use: (env: Record<string, string>) => Promise<T>,
): Promise<T> {
	const args = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'];
	const { code, stdout } = await docker({ args });
	const engine = code === 0 ? stdout.trim() : '';
	const configDir = await mkdtemp(join(tmpdir(), 'holdfast-login-'));
	try {
		const config = { auths: { [registry]: { auth: basic(userKey) } } };
		await writeFile(join(configDir, 'config.json'), JSON.stringify(config), { mode: 0o600 });
		return await use({
			DOCKER_CONFIG: configDir,
			...(engine === '' ? {} : { DOCKER_HOST: engine }),
		});
	} finally {
		await rm(configDir, { recursive: true, force: true });
	}
}

export interface Upload {
	serviceName: string;
	imageId: string;
	location: string;
}

/**
 * Pushes an image to its place; the name it needs on this engine for that is taken away again.
 * @returns the digest
 * @throws {PushError} PUSH_FAILED, with what docker said
 */
export async function uploadImage(
	{ serviceName, imageId, location }: Upload,
	registry: string,
	docker: RunDocker,
): Promise<string> {
	const name = `${registry}/${toRepository(location)}:latest`;
	await docker({ args: ['tag', imageId, name] });
	try {
		const { code, output } = await docker({ args: ['push', name] });
		const digest = /digest: (sha256:[0-9a-f]{64})/.exec(output)?.[1];
		if (code === 0 && digest !== undefined) return digest;
		throw new PushError(
			'PUSH_FAILED',
			`the image of service ${serviceName} could not be pushed:\n${tailOf(output)}`,
		);
	} finally {
		await docker({ args: ['rmi', '--no-prune', name] });
	}
}
