import groupBy from 'lodash/groupBy.js';
import { effectiveLabelsOf, labelNames } from '../model/labels.ts';
import { listedReference } from '../model/image-reference.ts';
import type { ObservedContainer, ObservedImage } from '../model/observed.ts';
import type { TargetApp, TargetRelease, TargetService } from '../model/target.ts';
import type { ObservedIndex } from './observed-index.ts';

type Labels = Readonly<Record<string, string>>;

/** Gives services the labels of their images, as far as these are on the device (contract 4.2). */
export interface ImageLabels {
	/**
	 * The app with the labels of its images that take effect; those of the release come before. The app itself when there
	 * are none, and the same app again as long as they stay.
	 */
	reckonWith(app: TargetApp, index: ObservedIndex): TargetApp;
}

export function createImageLabels(): ImageLabels {
	const former = new WeakMap<TargetApp, { readonly key: string; readonly app: TargetApp }>();
	return {
		reckonWith(app, index) {
			const { release } = app;
			if (release === undefined) return app;
			const added = addedLabels(release, { app, index });
			if (added.size === 0) return app;
			const key = JSON.stringify([...added]);
			const known = former.get(app);
			if (known?.key === key) return known.app;
			const services = release.services.map((service) => withLabels(service, added));
			const reckoned = { ...app, release: { ...release, services } };
			former.set(app, { key, app: reckoned });
			return reckoned;
		},
	};
}

interface Surroundings {
	readonly app: TargetApp;
	readonly index: ObservedIndex;
}

/** By service: labels of its image that the release does not have. */
function addedLabels(
	{ services }: TargetRelease,
	surroundings: Surroundings,
): ReadonlyMap<string, Labels> {
	const { app, index } = surroundings;
	const containers = groupBy(
		index.app(app.appUuid, app.appId).containers,
		({ labels }) => labels[labelNames.serviceName],
	);
	const added = new Map<string, Labels>();
	for (const service of services) {
		const { serviceName } = service;
		const own = Object.hasOwn(containers, serviceName) ? (containers[serviceName] ?? []) : [];
		const image = index.image(service.image) ?? imageOf(own, service, index);
		const lacking = lackingIn(service.labels, effectiveLabelsOf(image?.labels ?? {}));
		if (lacking.length > 0) added.set(serviceName, Object.fromEntries(lacking));
	}
	return added;
}

/** An image that has lost its name, but not its container. */
function imageOf(
	containers: readonly ObservedContainer[],
	{ image: reference }: TargetService,
	index: ObservedIndex,
): ObservedImage | undefined {
	const made = containers.find(
		({ imageReference }) => listedReference(imageReference) === listedReference(reference),
	);
	return made === undefined ? undefined : index.image(made.engineImageId);
}

function lackingIn(labels: Labels, others: Labels): [string, string][] {
	return Object.entries(others).filter(([name]) => !(name in labels));
}

function withLabels(service: TargetService, added: ReadonlyMap<string, Labels>): TargetService {
	const labels = added.get(service.serviceName);
	return labels === undefined ? service : { ...service, labels: { ...labels, ...service.labels } };
}
