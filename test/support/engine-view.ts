/** Where an engine listens without TLS. */
export interface EngineEndpoint {
	readonly host: string;
	readonly port: number;
}

/** A container as the engine shows it. */
export interface SeenContainer {
	readonly id: string;
	readonly name: string;
	readonly state: string;
	/** As it was asked for. */
	readonly image: string;
	readonly startedAt: string;
	readonly labels: Readonly<Record<string, string>>;
	readonly env: readonly string[];
	readonly binds: readonly string[];
	readonly networks: readonly string[];
	readonly restartPolicy: string;
}

/** What a test sees of an engine, past the supervisor. */
export interface EngineView {
	/** The supervised containers, by the name of their service. @throws when a service has two */
	services(): Promise<Record<string, SeenContainer>>;
	/** All supervised containers. */
	containers(): Promise<SeenContainer[]>;
	/** Names of the supervised networks, and of the supervisor's own. */
	networks(): Promise<string[]>;
	/** Names of the supervised volumes, with their labels. */
	volumes(): Promise<Record<string, Readonly<Record<string, string>>>>;
	/** Names of the containers that were made since a moment, one entry for each time. @param sinceMs - wall time */
	createdSince(sinceMs: number): Promise<string[]>;
	/** Removes a container, running or not. */
	remove(container: string): Promise<void>;
	/** Removes everything supervised, and the images of a registry. */
	clear(registryHost: string): Promise<void>;
}

interface RawContainer {
	readonly Id: string;
	readonly Name: string;
	readonly State: { readonly Status: string; readonly StartedAt: string };
	readonly Config: {
		readonly Image: string;
		readonly Labels: Record<string, string>;
		readonly Env: string[];
	};
	readonly HostConfig: {
		readonly Binds: string[] | null;
		readonly RestartPolicy: { readonly Name: string };
	};
	readonly NetworkSettings: { readonly Networks: Record<string, unknown> };
}

const supervised = `filters=${encodeURIComponent('{"label":["io.balena.supervised"]}')}`;
const supervisorsOwn = `filters=${encodeURIComponent('{"name":["^supervisor0$"]}')}`;

export function createEngineView({ host, port }: EngineEndpoint): EngineView {
	const call = async (method: string, path: string): Promise<string> => {
		const response = await fetch(`http://${host}:${port}${path}`, { method });
		const text = await response.text();
		if (!response.ok && response.status !== 404) throw new Error(`${method} ${path}: ${text}`);
		return text;
	};
	const get = async <T>(path: string): Promise<T> => JSON.parse(await call('GET', path)) as T;
	const ids = async (): Promise<string[]> =>
		(await get<{ Id: string }[]>(`/containers/json?all=1&${supervised}`)).map(({ Id }) => Id);
	const containers = async (): Promise<SeenContainer[]> => {
		const paths = (await ids()).map((id) => `/containers/${id}/json`);
		return (await Promise.all(paths.map((path) => get<RawContainer>(path)))).map(toSeen);
	};
	const rawNetworks = async (): Promise<RawNetwork[]> => {
		const [ofApps, ofSupervisor] = await Promise.all([
			get<RawNetwork[]>(`/networks?${supervised}`),
			get<RawNetwork[]>(`/networks?${supervisorsOwn}`),
		]);
		return [...ofApps, ...ofSupervisor];
	};
	const rawVolumes = async () =>
		(await get<{ Volumes: RawVolume[] | null }>(`/volumes?${supervised}`)).Volumes ?? [];
	const remove = async (id: string): Promise<void> => {
		await call('DELETE', `/containers/${id}?force=1&v=1`);
	};
	return {
		remove,
		containers,
		services: async () => byService(await containers()),
		networks: async () => (await rawNetworks()).map(({ Name }) => Name),
		volumes: async () =>
			Object.fromEntries((await rawVolumes()).map(({ Name, Labels }) => [Name, Labels ?? {}])),
		async createdSince(sinceMs) {
			const filters = encodeURIComponent('{"type":["container"],"event":["create"]}');
			const until = Math.ceil(Date.now() / 1000);
			const text = await call(
				'GET',
				`/events?since=${(sinceMs / 1000).toFixed(3)}&until=${until}&filters=${filters}`,
			);
			const lines = text.split('\n').filter((line) => line.trim() !== '');
			return lines.map((line) => (JSON.parse(line) as RawEvent).Actor.Attributes.name ?? '');
		},
		async clear(registryHost) {
			await Promise.all((await ids()).map(remove));
			for (const { Id } of await rawNetworks()) await call('DELETE', `/networks/${Id}`);
			for (const { Name } of await rawVolumes()) await call('DELETE', `/volumes/${Name}?force=1`);
			const images = await get<{ Id: string; RepoDigests: string[] | null }[]>('/images/json');
			for (const { Id, RepoDigests } of images) {
				const isOurs = RepoDigests?.some((name) => name.startsWith(`${registryHost}/`));
				if (isOurs) await call('DELETE', `/images/${Id}?force=1`);
			}
		},
	};
}

interface RawNetwork {
	readonly Id: string;
	readonly Name: string;
}

interface RawVolume {
	readonly Name: string;
	readonly Labels: Record<string, string> | null;
}

interface RawEvent {
	readonly Actor: { readonly Attributes: Record<string, string> };
}

function toSeen({ Id, Name, State, Config, HostConfig, NetworkSettings }: RawContainer) {
	return {
		id: Id,
		name: Name.slice(1),
		state: State.Status,
		image: Config.Image,
		startedAt: State.StartedAt,
		labels: Config.Labels,
		env: Config.Env,
		binds: HostConfig.Binds ?? [],
		networks: Object.keys(NetworkSettings.Networks),
		restartPolicy: HostConfig.RestartPolicy.Name,
	};
}

function byService(containers: readonly SeenContainer[]): Record<string, SeenContainer> {
	const services: Record<string, SeenContainer> = {};
	for (const container of containers) {
		const serviceName = container.labels['io.balena.service-name'] ?? container.name;
		const other = services[serviceName];
		if (other !== undefined) {
			throw new Error(`${serviceName} has two containers: ${other.name} and ${container.name}`);
		}
		services[serviceName] = container;
	}
	return services;
}
