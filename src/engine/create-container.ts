import type Docker from 'dockerode';
import type { ContainerSpec } from '../model/container-spec.ts';
import { dial } from './dial.ts';

/** The engine's answer to a creation. */
export interface RawCreation {
	readonly Id: string;
	readonly Warnings?: readonly string[] | null;
}

/** Unlike dockerode's createContainer it hands on the engine's warnings. */
export async function dialCreate(
	docker: Docker,
	{ name, config, networks: [first] }: ContainerSpec,
	abortSignal: AbortSignal,
): Promise<RawCreation> {
	const endpoints = first === undefined ? {} : { [first.network]: first.endpoint };
	const request = {
		method: 'POST',
		path: '/containers/create',
		query: { name },
		body: { ...config, NetworkingConfig: { EndpointsConfig: endpoints } },
	} as const;
	return (await dial(docker, request, abortSignal)) as RawCreation;
}
