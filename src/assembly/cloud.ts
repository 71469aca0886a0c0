import { createHttpClient, type HttpClient } from '../cloud/http.ts';
import { createPoller, type Poller } from '../cloud/poll.ts';
import { createProvisioner, type Provisioner } from '../cloud/provision.ts';
import { createTargetReceiver } from '../cloud/receive-target.ts';
import { createReporter, type Reporter } from '../cloud/report.ts';
import type { TargetState } from '../model/target.ts';
import type { Basis } from './basis.ts';
import type { Loop } from './loop.ts';

/** The parts that speak to the cloud; on a device without one they wait forever. */
export interface Cloud {
	readonly http: HttpClient;
	readonly provisioner: Provisioner;
	readonly poller: Poller;
	readonly reporter: Reporter;
}

export interface CloudOptions {
	readonly http: HttpClient;
	readonly loop: Loop;
	readonly announce: (message: string) => void;
	/** The target holds from now on. */
	readonly setTarget: (
		target: TargetState,
		options: { readonly force: boolean; readonly cancel: boolean },
	) => void;
}

export function createHttp({ environment, host, settings, version, clock }: Basis): HttpClient {
	return createHttpClient({
		userAgent: async () => userAgentOf(version, await host.facts()),
		timeoutMs: () => settings.current().apiRequestTimeoutMs,
		rootCa: environment.rootCa === undefined ? undefined : decodeCertificate(environment.rootCa),
		clock,
	});
}

/** Base64 of a PEM file, as config.json and the environment carry it. */
function decodeCertificate(text: string): string {
	return Buffer.from(text, 'base64').toString('utf8');
}

/** Contract 2.0: `Supervisor/<version> (Linux; <os>; <variant>)`. */
function userAgentOf(
	version: string,
	{ osVersion, osVariant }: { osVersion?: string | undefined; osVariant?: string | undefined },
): string {
	const details = ['Linux', osVersion, osVariant].filter((part) => part !== undefined);
	return `Supervisor/${version}${osVersion === undefined ? '' : ` (${details.join('; ')})`}`;
}

export function createCloud(basis: Basis, options: CloudOptions): Cloud {
	const { store, settings, configJson, log } = basis;
	const { http, loop, announce, setTarget } = options;
	const pollIntervalMs = (): number => settings.current().pollIntervalMs;
	const apiEndpointOverride = async (): Promise<string | undefined> => {
		const override = await store.getSetting('apiEndpointOverride');
		return typeof override === 'string' ? override : undefined;
	};
	const access = { ...basis, http, apiEndpointOverride, pollIntervalMs };
	const provisioner = createProvisioner(access);
	const provisioned = (signal: AbortSignal): Promise<void> => provisioner.provisioned(signal);
	const poller = createPoller({
		...access,
		provisioned,
		announce,
		instantUpdates: () => settings.current().instantUpdates,
		storedEtag: async () => {
			const stored = await store.loadTarget();
			return stored?.source === 'cloud' ? stored.etag : undefined;
		},
		onTarget: createTargetReceiver({ store, setTarget, announce }),
		onUnchanged: ({ force }) => loop.reconciler.retryNow({ force }),
	});
	const reporter = createReporter({
		...access,
		provisioned,
		snapshot: () => loop.board.snapshot(),
		onChange: (listener) => loop.board.subscribe(listener),
		apiPort: configJson.listenPort,
		apiSecret: async () => (await store.globalApiKey()).key,
		reportsApps: () => !settings.current().localMode,
		hardwareMetrics: () => settings.current().hardwareMetrics,
		log,
	});
	return { http, provisioner, poller, reporter };
}
