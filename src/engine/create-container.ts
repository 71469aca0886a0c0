import type Docker from 'dockerode';
import type { ContainerConfig, ContainerSpec } from '../model/container-spec.ts';
import { dial } from './dial.ts';

/** The engine's answer to a creation. */
export interface RawCreation {
	readonly Id: string;
	readonly Warnings?: readonly string[] | null;
}

/**
 * Unlike dockerode's createContainer it hands on the engine's warnings. A container with an entrypoint of its own keeps
 * the image's command, and one with an empty command has none beside the image's entrypoint.
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
			...(await wordsOfImage(docker, config, abortSignal)),
			NetworkingConfig: { EndpointsConfig: endpoints },
		},
	} as const;
	return (await dial(docker, request, abortSignal)) as RawCreation;
}

/**
 * Beside another entrypoint the engine forgets the image's command; apps made for balena's supervisor count on it. And it
 * takes an empty command for none, unless the entrypoint is given, too.
 */
async function wordsOfImage(
	docker: Docker,
	{ Image, Entrypoint, Cmd }: ContainerConfig,
	abortSignal: AbortSignal,
): Promise<Pick<ContainerConfig, 'Cmd' | 'Entrypoint'>> {
	const lacksCommand = Cmd === undefined && (Entrypoint ?? []).length > 0;
	const lacksEntrypoint = Cmd?.length === 0 && Entrypoint === undefined;
	if (!lacksCommand && !lacksEntrypoint) return {};
	const path = `/images/${Image}/json`;
	const found = (await dial(docker, { method: 'GET', path }, abortSignal)) as RawImage;
	return lacksCommand
		? { Cmd: found.Config?.Cmd ?? [] }
		: { Entrypoint: found.Config?.Entrypoint ?? [] };
}

/** `GET /images/{name}/json`. */
interface RawImage {
	readonly Config?: {
		readonly Cmd?: readonly string[] | null;
		readonly Entrypoint?: readonly string[] | null;
	} | null;
}
