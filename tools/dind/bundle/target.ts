import { digestOf } from '../../../src/kit/digest.ts';
import { bundleRegistry } from '../../../src/model/bundle.ts';
import type { Composition } from '../../cloud/store/rows.ts';
import { withoutBuild } from '../../cloud/without-build.ts';

/** How an app is known to the devices that run it. */
export interface AppIdentity {
	readonly name: string;
	readonly uuid: string;
	readonly id: number;
}

/** The app's target as a target state has it under its uuid. */
export interface BundleTarget {
	readonly commit: string;
	readonly document: Readonly<Record<string, unknown>>;
}

/** An app that no cloud has numbered is numbered by its name, so that the next bundle is of the same app. */
export function toIdentity(
	name: string,
	{ uuid = digestOf(['app', name]).slice(0, 32), id = toNumber('app', uuid) }: Partial<AppIdentity>,
): AppIdentity {
	return { name, uuid, id };
}

/** Name of a service's image on the device. @param config - digest of its configuration: another image has another name */
export function toReference(appName: string, serviceName: string, config: string): string {
	return `${bundleRegistry}/${toWord(appName)}/${toWord(serviceName)}:${config}`;
}

/**
 * The same composition with the same images is the same release; a service that has not changed keeps its numbers.
 * @param images - by service name
 */
export function toTarget(
	{ name, uuid, id }: AppIdentity,
	composition: Composition,
	images: ReadonlyMap<string, string>,
): BundleTarget {
	const { services, networks, volumes } = withoutBuild(composition);
	const commit = digestOf({ services, networks, volumes, images: [...images] }).slice(0, 32);
	const entries = Object.entries(services).map(([serviceName, service]) => {
		const image = images.get(serviceName) ?? '';
		const numbers = {
			id: toNumber(uuid, serviceName),
			image_id: toNumber(uuid, serviceName, image),
		};
		const more = { environment: {}, labels: {}, composition: service };
		return [serviceName, { ...numbers, image, ...more }] as const;
	});
	const release = {
		id: toNumber(uuid, commit),
		services: Object.fromEntries(entries),
		...(networks === undefined ? {} : { networks }),
		...(volumes === undefined ? {} : { volumes }),
	};
	const document = { id, name, is_host: false, class: 'fleet', releases: { [commit]: release } };
	return { commit, document };
}

/** 1 to 268 435 456. */
function toNumber(...words: readonly string[]): number {
	return 1 + Number.parseInt(digestOf(words).slice(0, 7), 16);
}

/** A part of an image's name. */
function toWord(text: string): string {
	const word = text
		.toLowerCase()
		.replaceAll(/[^a-z0-9]+/g, '-')
		.replaceAll(/^-+|-+$/g, '');
	return word === '' ? 'x' : word;
}
