import { z } from 'zod';
import { canonicalJson } from '../kit/digest.ts';
import type { StateStore } from '../ports/state-store.ts';
import { withoutMetrics } from '../report/cloud-difference.ts';
import type { CloudReport } from '../report/cloud-report.ts';
import type { CloudAccess } from './identity.ts';

const settingName = 'acceptedReport';

const Stored = z.object({
	apiEndpoint: z.string(),
	uuid: z.string(),
	report: z.record(z.string(), z.unknown()),
});

/** What a cloud has accepted of this device so far; kept over restarts, but for readings of the hardware. */
export class AcceptedReport {
	readonly #store: Pick<StateStore, 'getSetting' | 'setSetting'>;
	#current: CloudReport = {};
	#owner = '';
	#stored = '';

	constructor(store: Pick<StateStore, 'getSetting' | 'setSetting'>) {
		this.#store = store;
	}

	/** @returns nothing for a cloud or a device that was never reported to */
	async of(access: CloudAccess): Promise<CloudReport> {
		const owner = `${access.apiEndpoint} ${access.uuid}`;
		if (owner === this.#owner) return this.#current;
		const stored = Stored.safeParse(await this.#store.getSetting(settingName));
		const isOurs =
			stored.success &&
			stored.data.apiEndpoint === access.apiEndpoint &&
			stored.data.uuid === access.uuid;
		this.#current = isOurs ? stored.data.report : {};
		this.#stored = canonicalJson(this.#current);
		this.#owner = owner;
		return this.#current;
	}

	/** Adds what was accepted now; the disk is touched only when there is more than readings to remember. */
	async add(fields: CloudReport, { apiEndpoint, uuid }: CloudAccess): Promise<void> {
		this.#current = { ...this.#current, ...fields };
		const report = withoutMetrics(this.#current);
		const text = canonicalJson(report);
		if (text === this.#stored) return;
		await this.#store.setSetting(settingName, { apiEndpoint, uuid, report });
		this.#stored = text;
	}
}
