import isEqual from 'lodash/isEqual.js';
import pickBy from 'lodash/pickBy.js';
import { z } from 'zod';
import type { Logger } from '../kit/logger.ts';
import type { Adoptions } from '../model/adoptions.ts';
import { newAdoptions } from '../plan/adoptions.ts';
import type { AppPlanInput } from '../plan/app-plan.ts';
import type { StateStore } from '../ports/state-store.ts';

/** Remembers for which configuration containers of another supervisor were adopted, as they do not say so themselves. */
export interface AdoptedContainers {
	/** Reads what a former process remembered. */
	load(): Promise<void>;
	/**
	 * Adopts what of the app's containers can be, before anything is planned for them. It is on the disk when this
	 * resolves; a disk that fails keeps no app waiting.
	 */
	reckonWith(input: AppPlanInput): Promise<Adoptions>;
}

const settingName = 'adoptedContainers';

const Records = z.record(z.string(), z.string()).catch({});

/** What is remembered on the disk. */
export async function readAdoptions(store: Pick<StateStore, 'getSetting'>): Promise<Adoptions> {
	return Records.parse(await store.getSetting(settingName));
}

export function createAdoptedContainers(
	store: Pick<StateStore, 'getSetting' | 'setSetting'>,
	log: Pick<Logger, 'warn'>,
): AdoptedContainers {
	let known: Adoptions = {};
	const save = (): Promise<void> =>
		store
			.setSetting(settingName, Object.keys(known).length === 0 ? undefined : known)
			.catch((err: unknown) => log.warn({ err }, 'adopted containers could not be noted'));
	return {
		async load() {
			known = await readAdoptions(store);
		},
		async reckonWith(input) {
			const ids = new Set(input.observed.containers.map(({ containerId }) => containerId));
			const found = newAdoptions({ ...input, adopted: known });
			const present = pickBy({ ...known, ...found }, (_digest, id) => ids.has(id));
			if (isEqual(present, known)) return known;
			known = present;
			await save();
			return known;
		},
	};
}
