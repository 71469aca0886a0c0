import { z } from 'zod';
import type { ConfigJson } from '../config/config-json.ts';
import type { Logger } from '../kit/logger.ts';
import type { StateStore } from '../ports/state-store.ts';
import { isSuccess, toRefusal } from './answers.ts';
import { apiUrl } from './endpoint.ts';
import { fetchTarget } from './fetch-target.ts';
import type { HttpAnswer, HttpClient } from './http.ts';
import { readCloudAccess, type CloudAccess, type CloudAccessDeps } from './identity.ts';
import { reportInitialName } from './initial-name.ts';
import { isVariableIn } from './initial-variables.ts';

export interface InitialReportDeps extends CloudAccessDeps {
	readonly http: HttpClient;
	readonly store: Pick<StateStore, 'getSetting' | 'setSetting'>;
	/** What the device is configured to now, by name without prefix; see initialVariablesOf. */
	readonly initialVariables: () => Promise<Readonly<Record<string, string>>>;
	readonly log: Logger;
}

/** Remembers the cloud that was told, so that what people change later is never set back. */
const marker = 'initialConfigReported';
/** What there is to tell, from before the cloud's own configuration comes into force. */
const keptName = 'initialConfigToReport';

const Kept = z.object({ apiEndpoint: z.string(), variables: z.record(z.string(), z.string()) });
const Target = z.object({ config: z.record(z.string(), z.unknown()).catch({}) });

/** What a device tells a cloud that it is new to: its configuration variables and its name (contract 2.1). */
export class InitialReport {
	readonly #deps: InitialReportDeps;

	constructor(deps: InitialReportDeps) {
		this.#deps = deps;
	}

	/** What there is to tell the cloud is kept on the disk; nothing, when it was told before. */
	async keep({ apiEndpoint }: ConfigJson): Promise<void> {
		const { store, initialVariables } = this.#deps;
		if ((await store.getSetting(marker)) === apiEndpoint) return;
		if ((await this.#kept(apiEndpoint)) !== undefined) return;
		await store.setSetting(keptName, { apiEndpoint, variables: await initialVariables() });
	}

	/**
	 * The cloud has a variable for everything that was kept, and the name of config.json. Nothing is told twice, but after
	 * a failure all of it is tried again.
	 * @throws {SupervisorError} CLOUD_UNREACHABLE, CLOUD_UNAUTHORIZED, CLOUD_REFUSED
	 */
	async tell(current: ConfigJson, signal: AbortSignal): Promise<void> {
		const { store } = this.#deps;
		const { apiEndpoint } = current;
		if ((await store.getSetting(marker)) === apiEndpoint) return;
		const access = await readCloudAccess(this.#deps);
		const { variables } = (await this.#kept(apiEndpoint)) ?? { variables: {} };
		await this.#tellVariables(variables, access, signal);
		await reportInitialName(current, { ...this.#deps, access }, signal);
		await store.setSetting(marker, apiEndpoint);
		await store.setSetting(keptName, undefined);
	}

	/** A device without a cloud may get one that knows nothing of it. */
	async forget(): Promise<void> {
		const { store } = this.#deps;
		for (const name of [marker, keptName]) {
			if ((await store.getSetting(name)) !== undefined) await store.setSetting(name, undefined);
		}
	}

	async #kept(apiEndpoint: string): Promise<z.infer<typeof Kept> | undefined> {
		const kept = Kept.safeParse(await this.#deps.store.getSetting(keptName));
		return kept.success && kept.data.apiEndpoint === apiEndpoint ? kept.data : undefined;
	}

	async #tellVariables(
		variables: Readonly<Record<string, string>>,
		access: CloudAccess,
		signal: AbortSignal,
	): Promise<void> {
		if (Object.keys(variables).length === 0) return;
		const { http, log } = this.#deps;
		const fetched = await fetchTarget({ http, access, etag: undefined, signal });
		const { config } = Target.parse(fetched.kind === 'received' ? fetched.document : {});
		for (const [name, value] of Object.entries(variables)) {
			if (isVariableIn(config, name)) continue;
			const answer = await this.#post({ name: `RESIN_${name}`, value }, access, signal);
			if (isSuccess(answer) || answer.status === 409) continue; // 409: it is there by now
			if (!isFinal(answer)) throw toRefusal(answer, 'the initial configuration');
			const { status } = answer;
			log.warn({ name, status }, 'initial configuration variable refused');
		}
	}

	async #post(
		variable: { readonly name: string; readonly value: string },
		{ apiEndpoint, deviceApiKey, deviceId }: CloudAccess,
		signal: AbortSignal,
	): Promise<HttpAnswer> {
		return await this.#deps.http.send({
			method: 'POST',
			url: apiUrl(apiEndpoint, '/v7/device_config_variable'),
			key: deviceApiKey,
			body: { device: deviceId, ...variable },
			signal,
		});
	}
}

/** Asking again would be of no use. */
function isFinal({ status }: HttpAnswer): boolean {
	return status === 400 || status === 403 || status === 404;
}
