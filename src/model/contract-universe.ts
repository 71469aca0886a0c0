import coerce from 'semver/functions/coerce.js';
import satisfies from 'semver/functions/satisfies.js';
import valid from 'semver/functions/valid.js';
import type { Requirement } from './contract.ts';

/** One thing a device has. */
interface Capability {
	readonly type: string;
	readonly slug?: string | undefined;
	/** A semantic version. */
	readonly version?: string | undefined;
}

/** All that the contracts of services are held against (contract 4.9). */
export type DeviceUniverse = readonly Capability[];

/** Facts of a device, as far as they are known. */
export interface UniverseFacts {
	readonly supervisorVersion: string;
	readonly deviceType: string;
	readonly deviceArch: string;
	/** ID of os-release: `balena-os`, `debian`. */
	readonly osSlug?: string | undefined;
	/** VERSION_ID of os-release. */
	readonly osVersionId?: string | undefined;
	/** Release of the kernel: `5.10.120-l4t-r35.4.1`. */
	readonly kernelRelease?: string | undefined;
}

export function deviceUniverseOf(facts: UniverseFacts): DeviceUniverse {
	const { supervisorVersion, deviceType, deviceArch, osSlug, osVersionId, kernelRelease } = facts;
	const l4tVersion = l4tVersionOf(kernelRelease ?? '');
	return [
		{ type: 'sw.supervisor', version: versionOf(supervisorVersion) },
		{
			type: 'sw.application',
			slug: 'balena-supervisor',
			version: versionOf(supervisorVersion),
		},
		{ type: 'hw.device-type', slug: deviceType },
		{ type: 'arch.sw', slug: deviceArch },
		...(osSlug === undefined
			? []
			: [{ type: 'sw.os', slug: osSlug, version: versionOf(osVersionId) }]),
		...(kernelRelease === undefined
			? []
			: [{ type: 'sw.kernel', slug: 'linux', version: coerce(kernelRelease)?.version }]),
		...(l4tVersion === undefined ? [] : [{ type: 'sw.l4t', version: l4tVersion }]),
	];
}

/** `12` → `12.0.0`; a semantic version is kept whole, pre-release included. */
function versionOf(text: string | undefined): string | undefined {
	if (text === undefined) return undefined;
	return valid(text) ?? coerce(text)?.version;
}

/** NVIDIA's release of the kernel: `4.9.337-l4t-r32.7` → `32.7.0`. */
function l4tVersionOf(kernelRelease: string): string | undefined {
	const release = /-l4t-r(\d+\.\d+(?:\.\d+)?)/.exec(kernelRelease)?.[1];
	return release === undefined ? undefined : coerce(release)?.version;
}

/** True when the device has what is required. */
export function isMet(requirement: Requirement, universe: DeviceUniverse): boolean {
	const { type, slug, version, data = {} } = requirement;
	return universe.some(
		(one) =>
			one.type === type &&
			(slug === undefined || one.slug === slug) &&
			(version === undefined || isInRange(one.version, version)) &&
			Object.keys(data).length === 0, // what a device has carries no data
	);
}

function isInRange(version: string | undefined, range: string): boolean {
	return version !== undefined && satisfies(version, range, { includePrerelease: true });
}

/** What the device has of this type, in words: `balena-os 2.88.4`; undefined: nothing. */
export function describeCapability(type: string, universe: DeviceUniverse): string | undefined {
	const found = universe.filter((one) => one.type === type);
	const words = found.map(({ slug, version }) => [slug, version].filter(Boolean).join(' '));
	return words.length === 0 ? undefined : words.join(', ');
}
