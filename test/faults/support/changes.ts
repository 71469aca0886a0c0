import type { ReleaseView } from '../../../tools/cloud/dev/views.ts';
import { askForUpdate } from '../../support/deploy.ts';
import { eventually } from '../../support/eventually.ts';
import type { Composition, Stage } from '../../support/stage.ts';
import type { TestImageName } from '../../support/test-images.ts';
import type { ChangeName } from './step-kills.ts';

/** What a test wants of the device; `worker` never changes. */
export interface Wish {
	readonly webImage: TestImageName;
	/** Of `web`. */
	readonly networks: readonly string[];
	/** Of `web`, beside the one that both share. */
	readonly volumes: readonly string[];
	/** Of `web`. */
	readonly labels: Readonly<Record<string, string>>;
	/** Grows with every change. */
	readonly turn: number;
}

export const firstWish: Wish = {
	webImage: 'web1',
	networks: ['front', 'back'],
	volumes: [],
	labels: {},
	turn: 0,
};

const otherImage = ({ webImage }: Wish): Pick<Wish, 'webImage'> => ({
	webImage: webImage === 'web1' ? 'web2' : 'web1',
});

/**
 * What each change wants of the device. All but `purge` and `bootConfig` make another container of `web`; `install`
 * begins without services.
 */
const wishes: Readonly<Record<ChangeName, (wish: Wish) => Partial<Wish>>> = {
	newImage: otherImage,
	networkMore: ({ networks }) => ({ networks: [...networks, 'more'] }),
	networkLess: ({ networks }) => ({ networks: networks.filter((name) => name !== 'more') }),
	volumeMore: ({ volumes, turn }) => ({ volumes: [...volumes, `more${turn}`] }),
	handOver: (wish) => ({
		...otherImage(wish),
		labels: {
			'io.balena.update.strategy': 'hand-over',
			'io.balena.update.handover-timeout': '600000', // only the sign ends it
		},
	}),
	requiresReboot: () => ({ labels: { 'io.balena.update.requires-reboot': '1' } }),
	bootConfig: () => ({}),
	restart: otherImage,
	install: () => ({}),
	purge: () => ({}),
};

export function wishAfter(change: ChangeName, wish: Wish): Wish {
	return { ...wish, labels: {}, turn: wish.turn + 1, ...wishes[change](wish) };
}

export function compositionOf({ networks, volumes, labels, turn }: Wish): Composition {
	return {
		services: {
			web: {
				restart: 'always',
				labels,
				networks: [...networks],
				volumes: ['data:/data', ...volumes.map((name) => `${name}:/${name}`)],
				environment: { TURN: String(turn) },
			},
			worker: { restart: 'always', volumes: ['data:/data'] },
		},
		networks: Object.fromEntries(networks.map((name) => [name, {}])),
		volumes: Object.fromEntries(['data', ...volumes].map((name) => [name, {}])),
	};
}

export interface Change {
	readonly name: ChangeName;
	readonly wish: Wish;
	/** What ran before it. */
	readonly current: ReleaseView;
	/** For `bootConfig`: the picture to be shown while the device boots. */
	readonly splash?: string;
}

/** Makes what the device shall run. @returns the release; `tell` resolves when the device has been told of it */
export async function begin({ name, wish, current, splash }: Change, stage: Stage) {
	const { api, fleet } = stage;
	const { images } = stage.registry;
	const delayMs = name === 'restart' ? 5000 : 300;
	stage.cloud().faults.add({ match: 'GET ^/v2/.*/blobs/', delayMs });
	stage.proxy.forget();
	if (name === 'purge') {
		const purge = (): Promise<unknown> => api.post('/v1/purge', { appId: fleet.id });
		return { release: current, tell: () => purge().catch(() => undefined) }; // it dies of it
	}
	if (splash !== undefined) return { release: current, tell: () => showSplash(splash, stage) };
	const wanted = { web: images[wish.webImage], worker: images.worker1 };
	const release = await stage.release(compositionOf(wish), wanted);
	return {
		release,
		tell: () => (name === 'restart' ? restartWhilePulling(stage) : askForUpdate(stage)),
	};
}

async function showSplash(value: string, stage: Stage): Promise<void> {
	const variable = { name: 'RESIN_HOST_SPLASH_image', value };
	await stage.client.setVariable({ fleet: stage.fleet.name, ...variable });
	await askForUpdate(stage);
}

/** Removes all services; their volumes stay. */
export async function uninstall(stage: Stage): Promise<void> {
	const { commit } = await stage.release({ services: {} }, {});
	await askForUpdate(stage);
	await eventually('no service', async () =>
		(await stage.engine.containers()).length === 0 ? true : undefined,
	);
	await eventually('the app settled without services', async () => {
		const { appState, release } = (await stage.api.get('/v2/state/status')).json();
		return appState === 'applied' && release === commit ? true : undefined;
	});
}

async function restartWhilePulling(stage: Stage): Promise<void> {
	await askForUpdate(stage);
	const pull = () => stage.proxy.calls().find(({ path }) => path === '/images/create');
	await eventually('a pull under way', pull, { everyMs: 20 });
	const path = `/v2/applications/${stage.fleet.id}/restart-service`;
	await stage.api.post(path, { serviceName: 'web' }).catch(() => undefined); // it dies of it
}
