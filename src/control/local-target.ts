import { findImage } from '../model/image-reference.ts';
import type { ObservedImage } from '../model/observed.ts';
import type { LocalDocument } from '../model/target/local-document.ts';
import { decodeTargetDevice } from '../model/target-document.ts';
import type { TargetApp, TargetState } from '../model/target.ts';
import type { LocalRecord } from './local-store.ts';

/** What holds without local mode. */
export type BaseTarget = TargetState | undefined;

/** The variable that switches local mode: only the cloud has a say on it. */
const isSwitch = (name: string): boolean => /^(BALENA_|RESIN_)?SUPERVISOR_LOCAL_MODE$/.test(name);

/**
 * What is to be remembered of a posted document. Clients send back the name and the configuration they were told: what
 * is as it was is not remembered, so that a later word of the cloud counts.
 * @param images - those of the engine now
 */
export function toLocalRecord(
	{ document, target }: LocalDocument,
	base: BaseTarget,
	images: readonly ObservedImage[],
): LocalRecord {
	const { name } = document;
	const config = Object.entries(target.config).filter(
		([variable, value]) => !isSwitch(variable) && base?.config[variable] !== value,
	);
	const found = referencesOf(target).flatMap((reference) => {
		const image = findImage(images, reference);
		return image === undefined ? [] : [[reference, image.engineImageId] as const];
	});
	return {
		...(name === undefined || name === base?.deviceName ? {} : { name }),
		config: Object.fromEntries(config),
		apps: { ...document.apps },
		images: Object.fromEntries(found),
	};
}

/** Image references of a target, each once. */
export function referencesOf({ apps }: Pick<TargetState, 'apps'>): string[] {
	const services = apps.flatMap(({ release }) => release?.services ?? []);
	return [...new Set(services.map(({ image }) => image))];
}

/**
 * The target in local mode: the apps that were posted, and of the base its configuration and what is no fleet app.
 * @param keepsFleet - nothing posted leaves the base's own apps in force (a device without a cloud)
 * @throws {SupervisorError} TARGET_INVALID for a record that cannot be decoded any more
 */
export function toLocalTarget(
	base: BaseTarget,
	record: LocalRecord | undefined,
	{ keepsFleet }: { readonly keepsFleet: boolean },
): TargetState {
	const own = withoutFleet(base);
	if (record === undefined) {
		return { ...(keepsFleet && base !== undefined ? base : own), keepsImages: true };
	}
	const posted = decodeTargetDevice({
		name: record.name ?? own.deviceName,
		config: { ...own.config, ...record.config },
		apps: record.apps,
	});
	const apps = posted.apps.map((app) => withOwnImages(app, record.images));
	const ids = new Set<number>(apps.map(({ appId }) => appId));
	return {
		...own,
		deviceName: posted.deviceName,
		config: posted.config,
		apps: [...apps, ...own.apps.filter(({ appId }) => !ids.has(appId))],
		rejected: [...own.rejected, ...posted.rejected],
	};
}

/** The target while local mode is being left: neither what was posted nor what the fleet says is there yet. */
export function withoutFleet(base: BaseTarget): TargetState {
	const { apps, ...rest } = base ?? { deviceName: 'local', config: {}, apps: [], rejected: [] };
	return {
		...rest,
		apps: apps.filter((app) => app.class !== 'fleet' || app.isHost),
		keepsImages: true,
	};
}

function withOwnImages(app: TargetApp, images: LocalRecord['images']): TargetApp {
	const { release } = app;
	if (release === undefined) return { ...app, hasOwnImages: true };
	const services = release.services.map((service) => {
		const engineImageId = Object.hasOwn(images, service.image) ? images[service.image] : undefined;
		return engineImageId === undefined ? service : { ...service, engineImageId };
	});
	return { ...app, hasOwnImages: true, release: { ...release, services } };
}
