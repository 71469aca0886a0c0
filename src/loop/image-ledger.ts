import groupBy from 'lodash/groupBy.js';
import isEqual from 'lodash/isEqual.js';
import mapValues from 'lodash/mapValues.js';
import { findImage, parseImageReference } from '../model/image-reference.ts';
import type { ObservedState } from '../model/observed.ts';
import type { ProgressEvent } from '../model/progress.ts';
import type { TargetApp, TargetState } from '../model/target.ts';
import type { AppImages } from '../plan/delta-source.ts';
import type { StateStore, StoredImage } from '../ports/state-store.ts';

/** Which images the store knows as ours, read once and kept in step. */
export interface ImageLedger {
	/** Reads the store's rows. */
	load(): Promise<void>;
	/** References of all images that are ours. */
	references(): readonly string[];
	/**
	 * Every image of the target that is on the device is remembered for its services. One without a registry in its name
	 * was put there by a person, who may want it longer than the target does: it stays a stranger's.
	 */
	ensureRecorded(target: TargetApp, observed: ObservedState): Promise<void>;
	/** Rows that the executor writes for the app once it has pulled the images they name. */
	expect(appUuid: string, images: readonly StoredImage[]): void;
	/** By service of the app: references that were had for it and that no app of the target wants. */
	spentImages(appUuid: string, target: TargetState | undefined): Record<string, readonly string[]>;
	/** By app uuid and service: references that were had for it, oldest first. */
	serviceImages(): AppImages;
	/** Follows what the executor pulls and removes. */
	hear(event: ProgressEvent): void;
}

export function createImageLedger(
	store: Pick<StateStore, 'listImages' | 'recordImages'>,
): ImageLedger {
	const rows = new Map<string, StoredImage>();
	const expected = new Map<string, readonly StoredImage[]>();
	const note = (image: StoredImage): void => void rows.set(keyOf(image), image);
	const forget = (references: readonly string[]): void => {
		for (const [key, { reference }] of rows) {
			if (references.includes(reference)) rows.delete(key);
		}
	};
	return {
		load: async () => (await store.listImages()).forEach(note),
		references: () => [...new Set([...rows.values()].map(({ reference }) => reference))],
		async ensureRecorded(target, observed) {
			const missing = imageRecordsOf(target).filter(
				(image) =>
					parseImageReference(image.reference).registry !== undefined &&
					!isEqual(rows.get(keyOf(image)), image) &&
					findImage(observed.images, image.reference) !== undefined,
			);
			if (missing.length === 0) return;
			await store.recordImages(missing);
			missing.forEach(note);
		},
		expect: (appUuid, images) => void expected.set(appUuid, images),
		spentImages(appUuid, target) {
			const services = (target?.apps ?? []).flatMap(({ release }) => release?.services ?? []);
			const wanted = new Set(services.map(({ image }) => image));
			const spent = [...rows.values()].filter(
				(row) => row.appUuid === appUuid && !wanted.has(row.reference),
			);
			return mapValues(groupBy(spent, 'serviceName'), referencesOf);
		},
		serviceImages: () => imagesByService([...rows.values()]),
		hear(event) {
			if (event.kind !== 'stepDone') return;
			const { step } = event;
			if (step.kind === 'pullImage') {
				const images = expected.get(step.appUuid ?? '') ?? [];
				images.filter(({ reference }) => reference === step.image).forEach(note);
			}
			// What was allowed to stay may be there still; it is removed once nothing uses it.
			if (step.kind === 'removeImage' && step.mayStay !== true) forget(step.references);
		},
	};
}

/** @param images - oldest first */
export function imagesByService(images: readonly StoredImage[]): AppImages {
	return mapValues(groupBy(images, 'appUuid'), (ofApp) =>
		mapValues(groupBy(ofApp, 'serviceName'), referencesOf),
	);
}

function referencesOf(images: readonly StoredImage[]): readonly string[] {
	return images.map(({ reference }) => reference);
}

/** As the store tells rows apart. */
function keyOf({ reference, appUuid, serviceName }: StoredImage): string {
	return [reference, appUuid, serviceName].join(' ');
}

/** The rows that a target's images get once they are on the device. */
export function imageRecordsOf(target: TargetApp | undefined): readonly StoredImage[] {
	const release = target?.release;
	if (target === undefined || release === undefined) return [];
	return release.services.map(({ image, serviceName, serviceId, imageId }) => ({
		reference: image,
		appUuid: target.appUuid,
		serviceName,
		serviceId,
		imageId,
		releaseId: release.releaseId,
		commit: release.commit,
	}));
}
