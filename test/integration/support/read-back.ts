import { isDeepStrictEqual } from 'node:util';
import type { ContainerSpec } from '../../../src/model/container-spec.ts';
import { isRecord } from '../../../src/kit/digest.ts';
import type { TestDevice } from './device.ts';

/**
 * What an engine says otherwise than a container was wanted, by the path in the Engine API's words. Lists of labels,
 * variables, ports and anonymous volumes may hold more, as images have their own.
 */
export async function differencesOf(
	device: Pick<TestDevice, 'docker'>,
	{ name, config }: ContainerSpec,
): Promise<string[]> {
	const [found] = JSON.parse(await device.docker('inspect', name)) as readonly Inspected[];
	const { HostConfig, Image: _, ...own } = config;
	return [
		...differences(own, found?.Config, ''),
		...differences(HostConfig, found?.HostConfig, 'HostConfig.'),
	];
}

interface Inspected {
	readonly Config: Readonly<Record<string, unknown>>;
	readonly HostConfig: Readonly<Record<string, unknown>>;
}

/** The engine tells these in words of its own. */
const told: Readonly<Record<string, (wanted: unknown) => unknown>> = {
	'HostConfig.NetworkMode': () => undefined,
};

/** Names of containers become ids. */
function isOfContainer(wanted: unknown): boolean {
	return typeof wanted === 'string' && wanted.startsWith('container:');
}

function differences(
	wanted: object,
	found: Readonly<Record<string, unknown>> | undefined,
	at: string,
): string[] {
	return Object.entries(wanted)
		.filter(([key, value]) => !(`${at}${key}` in told) && !isOfContainer(value))
		.filter(([key, value]) => !holds(value, found?.[key]))
		.map(
			([key, value]) => `${at}${key}: ${JSON.stringify(value)} → ${JSON.stringify(found?.[key])}`,
		);
}

function holds(wanted: unknown, found: unknown): boolean {
	if (Array.isArray(wanted) && Array.isArray(found)) {
		const [wants, finds]: readonly (readonly unknown[])[] = [wanted, found];
		return (wants ?? []).every((one) => (finds ?? []).some((other) => holds(one, other)));
	}
	if (isRecord(wanted) && isRecord(found)) {
		return Object.entries(wanted).every(([key, value]) => holds(value, found[key]));
	}
	return isDeepStrictEqual(wanted, found);
}
