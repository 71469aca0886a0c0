import { z } from 'zod';
import { canonicalJson } from '../kit/digest.ts';
import type { StateStore } from '../ports/state-store.ts';
import { withoutMetrics } from '../report/cloud-difference.ts';
import type { CloudReport } from '../report/cloud-report.ts';
import type { CloudAccess } from './identity.ts';

const settingName = 'acceptedReport';
const nothing = canonicalJson({});

const Stored = z.object({
	apiEndpoint: z.string(),
	uuid: z.string(),
	deviceId: z.number().optional(),
	report: z.record(z.string(), z.unknown()),
});

type Owner = Pick<CloudAccess, 'apiEndpoint' | 'uuid' | 'deviceId'>;

const nameOf = ({ apiEndpoint, uuid, deviceId }: Owner): string =>
	canonicalJson([apiEndpoint, uuid, deviceId ?? 0]);

/** What a cloud has accepted of this device so far; kept over restarts, but for readings of the hardware. */
export class AcceptedReport {
	readonly #store: Pick<StateStore, 'getSetting' | 'setSetting'>;
	#current: CloudReport = {};
	#owner = '';
	#stored = '';

	constructor(store: Pick<StateStore, 'getSetting' | 'setSetting'>) {
		this.#store = store;
	}

	/** The local API's global key, as it was told last in this process's life or before; undefined: nobody knows. */
	get apiSecret(): string | undefined {
		return this.#current.api_secret;
	}

	/** @returns nothing for a cloud or a registration that was never reported to */
	async of(access: Owner): Promise<CloudReport> {
		const owner = nameOf(access);
		if (owner === this.#owner) return this.#current;
		const stored = Stored.safeParse(await this.#store.getSetting(settingName));
		const isOurs = stored.success && nameOf(stored.data) === owner;
		this.#current = isOurs ? stored.data.report : {};
		this.#stored = canonicalJson(this.#current);
		this.#owner = owner;
		return this.#current;
	}

	/** Adds what was accepted now; the disk is touched only when there is more than readings to remember. */
	async add(fields: CloudReport, { apiEndpoint, uuid, deviceId }: Owner): Promise<void> {
		this.#current = { ...this.#current, ...fields };
		const report = withoutMetrics(this.#current);
		const text = canonicalJson(report);
		if (text === this.#stored) return;
		await this.#store.setSetting(settingName, { apiEndpoint, uuid, deviceId, report });
		this.#stored = text;
	}

	/** All is told anew, as to a cloud that has lost the device and may have it again later. */
	async forget(): Promise<void> {
		this.#current = {};
		if (this.#stored === nothing) return;
		this.#stored = nothing;
		await this.#store.setSetting(settingName, undefined);
	}
}
