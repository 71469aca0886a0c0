import path from 'node:path';
import { decodeAuthority } from '../cloud/authorities.ts';
import { createConnectivityCheck, type ConnectivityCheck } from '../cloud/connectivity.ts';
import { createDialer, type Dialer } from '../cloud/dialer.ts';
import { createHttpClient, userAgentOf, type HttpClient } from '../cloud/http.ts';
import { initialVariablesOf } from '../cloud/initial-variables.ts';
import { createPoller, type Poller } from '../cloud/poll.ts';
import { createProxyChoice } from '../cloud/proxy-choice.ts';
import { createProvisioner, type Provisioner } from '../cloud/provision.ts';
import { createTargetReceiver } from '../cloud/receive-target.ts';
import { createReporter, type Reporter } from '../cloud/report.ts';
import { createStoredEtag } from '../cloud/stored-etag.ts';
import type { CloudAccessDeps } from '../cloud/identity.ts';
import { exists } from '../host/network-facts.ts';
import type { Job } from '../kit/job.ts';
import type { TargetState } from '../model/target.ts';
import { reportedBootValues } from '../plan/boot/reported-values.ts';
import type { Basis } from './basis.ts';
import type { Loop } from './loop.ts';
import { createHttpMeasures, type HttpMeasures } from './measured-http.ts';
import type { Watch } from './watch.ts';

/** What everything that speaks to the cloud is built on. */
export interface CloudLink {
	readonly access: CloudAccessDeps;
	readonly http: HttpClient;
	readonly dialer: Dialer;
	readonly measures: HttpMeasures;
	readonly userAgent: () => Promise<string>;
	readonly provisioner: Provisioner;
	/** Resolves when the device may speak to the cloud; on a device without one it waits forever. */
	readonly provisioned: (signal: AbortSignal) => Promise<void>;
}

/** The parts that ask the cloud and tell it. */
export interface Cloud {
	readonly poller: Poller;
	readonly reporter: Reporter;
	/** Why the device is not registered yet, as far as that was tried. */
	readonly provisioningError: () => string | undefined;
	readonly jobs: readonly Job[];
}

export interface CloudOptions {
	readonly link: CloudLink;
	readonly watch: Pick<Watch, 'targets' | 'publish'>;
	readonly loop: Loop;
	readonly announce: (message: string) => void;
	/** The target holds from now on. */
	readonly setTarget: (
		target: TargetState,
		options: { readonly force: boolean; readonly cancel: boolean },
	) => void;
	/** Told every ten seconds; undefined: nobody knows. */
	readonly onConnection: (isConnected: boolean | undefined) => void;
	/** False while the apps on the device are none of the cloud's. */
	readonly reportsApps: () => boolean;
}

export function createCloudLink(basis: Basis): CloudLink {
	const { config, environment, host, store, settings, bootConfig, version, clock } = basis;
	const apiEndpointOverride = async (): Promise<string | undefined> => {
		const override = await store.getSetting('apiEndpointOverride');
		return typeof override === 'string' ? override : undefined;
	};
	const access = { config, apiEndpointOverride };
	const userAgent = async (): Promise<string> => userAgentOf({ version, ...(await host.system()) });
	const timeoutMs = (): number => settings.current().apiRequestTimeoutMs;
	const measures = createHttpMeasures(basis.counts, clock);
	const proxyFor = createProxyChoice(environment);
	const dialer = createDialer({ proxyFor, rootCa: rootCaOf(basis) });
	const http = measures.measure(createHttpClient({ userAgent, timeoutMs, dialer, clock }));
	const provisioner = createProvisioner({
		...{ ...basis, ...access, http },
		pollIntervalMs: () => settings.current().pollIntervalMs,
		initialVariables: async () =>
			initialVariablesOf(settings.current(), reportedBootValues(await bootConfig.observe())),
	});
	const provisioned = (signal: AbortSignal): Promise<void> => provisioner.provisioned(signal);
	return { access, http, dialer, measures, userAgent, provisioner, provisioned };
}

/** As the OS hands it over, or as it stands in config.json. */
function rootCaOf({ environment, configJson, log }: Basis): string | undefined {
	const given = environment.rootCa ?? configJson.balenaRootCA;
	if (given === undefined) return undefined;
	const rootCa = decodeAuthority(given);
	if (rootCa === undefined) log.warn({}, 'balenaRootCA is no certificate in base64, not used');
	return rootCa;
}

export function createCloud(
	basis: Basis,
	{ link, watch, loop, announce, setTarget, onConnection, reportsApps }: CloudOptions,
): Cloud {
	const { store, settings, configJson } = basis;
	const { access, http, provisioned, provisioner } = link;
	const pollIntervalMs = (): number => settings.current().pollIntervalMs;
	const shared = { ...basis, ...access, http, provisioned, pollIntervalMs };
	const receive = createTargetReceiver({ store, setTarget, announce });
	const poller = createPoller({
		...shared,
		announce,
		recheckKey: (signal) => provisioner.recheckKey(signal),
		instantUpdates: () => settings.current().instantUpdates,
		storedEtag: createStoredEtag(store),
		onTarget: (received) => watch.targets.trying(() => receive(received)),
		onUnchanged: (options) => loop.reconciler.retryNow(options),
	});
	const reporter = createReporter({
		...shared,
		snapshot: () => loop.board.snapshot(),
		onChange: (listener) => loop.board.subscribe(listener),
		apiPort: configJson.listenPort,
		apiSecret: async () => (await store.globalApiKey()).key,
		reportsApps,
		hardwareMetrics: () => settings.current().hardwareMetrics,
	});
	const connectivity = createConnectivity(basis, { link, watch, onConnection });
	const provisioningError = (): string | undefined => provisioner.lastError();
	return { poller, reporter, provisioningError, jobs: [poller, reporter, connectivity] };
}

/** Off by a variable of the cloud, or by the local API's switch of old. */
function createConnectivity(
	{ settings, store, environment, clock, log }: Basis,
	{ link, watch, onConnection }: Pick<CloudOptions, 'link' | 'watch' | 'onConnection'>,
): ConnectivityCheck {
	return createConnectivityCheck({
		...link.access,
		dialer: link.dialer,
		isEnabled: async () =>
			settings.current().connectivityCheck &&
			(await store.getSetting('connectivityCheckEnabled')) !== false,
		isVpnUp: () => exists(path.join(environment.vpnStatusPath, 'active')),
		onLook: onConnection,
		onChange: ({ host, reason: error }) => {
			watch.publish(
				error === undefined
					? { type: 'network.back', host }
					: { type: 'network.lost', host, error },
			);
		},
		clock,
		log,
	});
}
