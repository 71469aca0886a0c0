import type { MountConfig } from '../../model/container-spec.ts';
import type { ServiceMount } from '../../model/composition.ts';
import { featuresOf } from './features.ts';
import { inOrderOf } from './in-order.ts';
import { volumeNameOf } from './names.ts';
import type { ServiceInApp } from './service-in-app.ts';

/** A container's mounts in the engine's three forms. */
export interface ContainerMounts {
	/** `source:target[:options]` */
	readonly binds: readonly string[];
	readonly mounts: readonly MountConfig[];
	/** Paths of anonymous volumes. */
	readonly anonymous: readonly string[];
}

/**
 * The service's own mounts, by their path, its lock folder, and what its features bring; ours come before the user's on
 * the same path.
 */
export function mountsOf(input: ServiceInApp): ContainerMounts {
	const ours = uniqueTargets([...lockBinds(input), ...featureBinds(input)]);
	const taken = new Set(ours.map(targetOf));
	const own = inOrderOf(
		input.service.composition.volumes.filter(({ target }) => !taken.has(target)),
		({ target }) => target,
	);
	return {
		binds: [...own.flatMap((mount) => bindOf(mount, input)), ...ours],
		mounts: own.flatMap(tmpfsOf),
		anonymous: own.flatMap((mount) => (mount.type === 'anonymous' ? [mount.target] : [])),
	};
}

/** Where a service's update locks are on the host (contract 4.8). */
export function lockFolderOf(appId: number, serviceName: string): string {
	return `/tmp/balena-supervisor/services/${appId}/${serviceName}`;
}

function lockBinds({ app, service }: ServiceInApp): string[] {
	const folder = lockFolderOf(app.appId, service.serviceName);
	return [`${folder}:/tmp/resin`, `${folder}:/tmp/balena`];
}

function featureBinds({ service, context }: ServiceInApp): string[] {
	return featuresOf(service.labels).flatMap(({ binds }) => binds?.(context) ?? []);
}

function uniqueTargets(binds: readonly string[]): string[] {
	return [...new Map(binds.toReversed().map((bind) => [targetOf(bind), bind])).values()].reverse();
}

function targetOf(bind: string): string {
	return bind.split(':')[1] ?? '';
}

function bindOf(mount: ServiceMount, { app }: ServiceInApp): string[] {
	if (mount.type !== 'volume' && mount.type !== 'bind') return [];
	const isVolume = mount.type === 'volume';
	const source = isVolume ? volumeNameOf(app.appId, mount.volume) : mount.source;
	const options = [
		...(mount.readOnly ? ['ro'] : []),
		...(isVolume && mount.nocopy === true ? ['nocopy'] : []),
	];
	const suffix = options.length === 0 ? '' : `:${options.join(',')}`;
	return [`${source}:${mount.target}${suffix}`];
}

function tmpfsOf(mount: ServiceMount): MountConfig[] {
	if (mount.type !== 'tmpfs') return [];
	const { target, readOnly, sizeBytes, mode } = mount;
	const options = {
		...(sizeBytes !== undefined && { SizeBytes: sizeBytes }),
		...(mode !== undefined && { Mode: mode }),
	};
	return [
		{
			Type: 'tmpfs',
			Target: target,
			...(readOnly && { ReadOnly: true }),
			...(Object.keys(options).length > 0 && { TmpfsOptions: options }),
		},
	];
}
