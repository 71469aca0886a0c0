import fc from 'fast-check';
import { labelNames } from '../../model/labels.ts';
import {
	containerStates,
	type ContainerState,
	type ObservedContainer,
	type ObservedState,
} from '../../model/observed.ts';
import type { Intent } from '../../model/plan.ts';
import type { AppSketch, ServiceSketch } from './sketch.ts';
import type { World } from './world.ts';

const serviceNames = ['a', 'b', 'c', 'd'] as const;

/** Two images each service may have, one that all may share, by digest, by tag and untagged. */
function imageArbitrary(name: string): fc.Arbitrary<string> {
	return fc.constantFrom(`${name}@sha256:1`, `${name}:2`, name, 'shared:1');
}

/** Names, or names with what must hold of them; a health check and an end of its own are the other service's business. */
function dependsOnArbitrary(earlier: readonly string[]): fc.Arbitrary<unknown> {
	const options = fc.record(
		{
			condition: fc.constantFrom(
				'service_started',
				'service_healthy',
				'service_completed_successfully',
			),
			restart: fc.boolean(),
			required: fc.boolean(),
		},
		{ requiredKeys: [] },
	);
	const some = fc
		.tuple(fc.subarray([...earlier]), fc.array(options, { minLength: 4, maxLength: 4 }))
		.map(([names, given]) =>
			Object.fromEntries(names.map((name, index) => [name, given[index] ?? null])),
		);
	return fc.oneof(
		{ weight: 3, arbitrary: fc.subarray([...earlier]) },
		{ weight: 1, arbitrary: some },
	);
}

function composeArbitrary(earlier: readonly string[]): fc.Arbitrary<Record<string, unknown>> {
	const networks = fc.subarray(['default', 'back']);
	const modes = [undefined, 'host', 'none', 'bridge', ...earlier.map((name) => `service:${name}`)];
	return fc
		.record(
			{
				depends_on: dependsOnArbitrary(earlier),
				networks,
				network_mode: fc.oneof(
					{ weight: 4, arbitrary: fc.constant(undefined) },
					{ weight: 1, arbitrary: fc.constantFrom(...modes) },
				),
				volumes: fc.subarray(['data:/data', 'logs:/logs:ro']),
				restart: fc.constantFrom('always', 'no'),
				ports: portsArbitrary,
				ipc: namespaceArbitrary('shareable', earlier),
				pid: namespaceArbitrary('host', earlier),
			},
			{ requiredKeys: ['networks'] },
		)
		.map(withoutForeignPorts);
}

/** Now and then that of another service. */
function namespaceArbitrary(word: string, earlier: readonly string[]): fc.Arbitrary<string> {
	const joined = earlier.map((name) => `service:${name}`);
	return fc.oneof(
		{ weight: 7, arbitrary: fc.constant(word) },
		{ weight: 1, arbitrary: fc.constantFrom(word, ...joined) },
	);
}

/** Ports that services have in common now and then. */
const portsArbitrary = fc.oneof(
	{ weight: 3, arbitrary: fc.constant([]) },
	{
		weight: 1,
		arbitrary: fc.constantFrom(['80:80'], ['81:80'], ['127.0.0.1:80:80'], ['80-81:80']),
	},
);

/** Who shares the network of another service publishes nothing. */
function withoutForeignPorts(compose: Record<string, unknown>): Record<string, unknown> {
	const joinsOther = String(compose['network_mode']).startsWith('service:');
	return joinsOther ? { ...compose, ports: [] } : compose;
}

const labelsArbitrary = fc.oneof(
	{ weight: 2, arbitrary: fc.constantFrom({}, { 'io.balena.features.supervisor-api': '1' }) },
	{ weight: 1, arbitrary: fc.constantFrom({ 'test.health': '1' }, { 'test.job': '1' }) },
	{
		weight: 1,
		arbitrary: fc
			.constantFrom('kill-then-download', 'delete-then-download', 'hand-over', 'unknown')
			.map((strategy) => ({ 'io.balena.update.strategy': strategy })),
	},
);

function serviceArbitrary(name: string, earlier: readonly string[]): fc.Arbitrary<ServiceSketch> {
	return fc.record({
		image: imageArbitrary(name),
		imageId: fc.integer({ min: 1, max: 2 }),
		running: fc.oneof(
			{ weight: 5, arbitrary: fc.constant(true) },
			{ weight: 1, arbitrary: fc.constant(false) },
		),
		environment: fc.constantFrom({}, { MODE: 'x' }),
		labels: labelsArbitrary,
		compose: composeArbitrary(earlier),
	});
}

/** A valid app of up to four services; apps of one uuid differ by release. */
export function appArbitrary(uuid = 'app1', id = 1): fc.Arbitrary<AppSketch> {
	return fc
		.record({
			services: fc
				.subarray([...serviceNames])
				.chain((names) =>
					fc.record(
						Object.fromEntries(
							names.map((name, index) => [name, serviceArbitrary(name, names.slice(0, index))]),
						),
					),
				),
			release: fc.integer({ min: 1, max: 3 }),
			isInternal: fc.boolean(),
			hasDefault: fc.boolean(),
		})
		.map(({ services, release, isInternal, hasDefault }) => ({
			uuid,
			id,
			commit: `commit${id}${release}`,
			releaseId: id * 10 + release,
			services,
			networks: {
				back: { internal: isInternal },
				...(hasDefault && { default: { internal: !isInternal } }),
			},
			volumes: { data: {} },
		}));
}

/** Without the containers to replace that are not there: a wish is for what a person sees. */
export function visibleIntents(intents: readonly Intent[], { observed }: World): Intent[] {
	const there = observed.containers.map(({ containerId }) => containerId);
	return intents.map((intent) =>
		intent.kind === 'replace'
			? { ...intent, containerIds: intent.containerIds.filter((id) => there.includes(id)) }
			: intent,
	);
}

/** What happens to a world without us. */
export type Mishap =
	| { readonly kind: 'state'; readonly nth: number; readonly state: ContainerState }
	| { readonly kind: 'gone' | 'detached' | 'unlabelled' | 'renamed'; readonly nth: number }
	| {
			readonly kind: 'networkGone' | 'networkDrifted' | 'volumeGone' | 'imageGone';
			readonly nth: number;
	  }
	| { readonly kind: 'tagMoved' | 'copied'; readonly nth: number };

export const mishapArbitrary: fc.Arbitrary<Mishap> = fc.oneof(
	fc.record({
		kind: fc.constant('state' as const),
		nth: fc.nat(9),
		state: fc.constantFrom(...containerStates),
	}),
	fc.record({
		kind: fc.constantFrom('gone' as const, 'detached', 'unlabelled', 'renamed'),
		nth: fc.nat(9),
	}),
	fc.record({
		kind: fc.constantFrom('networkGone' as const, 'networkDrifted', 'volumeGone', 'imageGone'),
		nth: fc.nat(9),
	}),
	fc.record({ kind: fc.constantFrom('tagMoved' as const, 'copied'), nth: fc.nat(9) }),
);

/** The world after a mishap; unchanged when there is nothing it could happen to. */
export function befall(world: World, mishap: Mishap): World {
	const observed = changed(world.observed, mishap, world.made);
	return { ...world, observed, made: world.made + 1 };
}

function changed(observed: ObservedState, mishap: Mishap, made: number): ObservedState {
	const { containers, networks, volumes, images } = observed;
	const container = containers[mishap.nth];
	const network = networks[mishap.nth];
	const volume = volumes[mishap.nth];
	const image = images[mishap.nth];
	const alter = (change: Partial<ObservedContainer>): ObservedState => ({
		...observed,
		containers: containers.map((one) => (one === container ? { ...one, ...change } : one)),
	});
	switch (mishap.kind) {
		case 'state':
			return alter({ state: mishap.state });
		case 'gone':
			return { ...observed, containers: containers.filter((one) => one !== container) };
		case 'detached':
			return alter({ networks: [] });
		case 'unlabelled': {
			const { [labelNames.configDigest]: _, ...labels } = container?.labels ?? {};
			return alter({ labels });
		}
		case 'renamed':
			return alter({ name: `strange-${made}` });
		case 'copied':
			if (container === undefined) return observed;
			return {
				...observed,
				containers: [
					...containers,
					{
						...container,
						containerId: `copy-${made}`,
						name: `copy-${made}`,
						createdAtSec: made,
						state: 'created',
					},
				],
			};
		case 'networkGone':
			return {
				...observed,
				networks: networks.filter((one) => one !== network),
				// A network that running containers use goes only with their endpoints.
				containers: containers.map((one) =>
					one.state === 'running'
						? { ...one, networks: one.networks.filter((name) => name !== network?.name) }
						: one,
				),
			};
		case 'networkDrifted':
			return {
				...observed,
				networks: networks.map((one) =>
					one === network && labelNames.configDigest in one.labels
						? { ...one, labels: { ...one.labels, [labelNames.configDigest]: 'other' } }
						: one,
				),
			};
		case 'volumeGone':
			if (containers.some((one) => one.volumes.includes(volume?.name ?? ''))) return observed;
			return { ...observed, volumes: volumes.filter((one) => one !== volume) };
		case 'imageGone':
			return { ...observed, images: images.filter((one) => one !== image) };
		case 'tagMoved':
			return {
				...observed,
				images: images.map((one) =>
					one === image ? { ...one, engineImageId: `sha256:moved-${made}` } : one,
				),
			};
	}
}

export const intentArbitrary: fc.Arbitrary<Intent> = fc.oneof(
	fc.record({ kind: fc.constant('stop' as const), serviceName: fc.constantFrom(...serviceNames) }),
	fc.record({ kind: fc.constant('start' as const), serviceName: fc.constantFrom(...serviceNames) }),
	fc.record({
		kind: fc.constant('replace' as const),
		containerIds: fc.array(
			fc.nat(20).map((nth) => `container-${nth}`),
			{ maxLength: 5 },
		),
	}),
);
