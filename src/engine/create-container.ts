import type Docker from 'dockerode';
import type { ContainerConfig, ContainerSpec } from '../model/container-spec.ts';
import { dial } from './dial.ts';

/** The engine's answer to a creation. */
export interface RawCreation {
	readonly Id: string;
	readonly Warnings?: readonly string[] | null;
}

/**
 * Unlike dockerode's createContainer it hands on the engine's warnings, and a container with an entrypoint of its own
 * keeps the image's command.
 */
export async function dialCreate(
	docker: Docker,
	{ name, platform, config, networks: [first] }: ContainerSpec,
	abortSignal: AbortSignal,
): Promise<RawCreation> {
	const endpoints = first === undefined ? {} : { [first.network]: first.endpoint };
	const request = {
		method: 'POST',
		path: '/containers/create',
		query: { name, ...(platform !== undefined && { platform }) },
		body: {
			...config,
			...(await imageCommand(docker, config, abortSignal)),
			NetworkingConfig: { EndpointsConfig: endpoints },
		},
	} as const;
	return (await dial(docker, request, abortSignal)) as RawCreation;
}

/** Beside another entrypoint the engine forgets the image's command; apps made for balena's supervisor count on it. */
async function imageCommand(
	docker: Docker,
	{ Image, Entrypoint = [], Cmd }: ContainerConfig,
	abortSignal: AbortSignal,
): Promise<Pick<ContainerConfig, 'Cmd'>> {
	if (Entrypoint.length === 0 || Cmd !== undefined) return {};
	const path = `/images/${Image}/json`;
	const found = (await dial(docker, { method: 'GET', path }, abortSignal)) as RawImage;
	return { Cmd: found.Config?.Cmd ?? [] };
}

/** `GET /images/{name}/json`. */
interface RawImage {
	readonly Config?: { readonly Cmd?: readonly string[] | null } | null;
}
