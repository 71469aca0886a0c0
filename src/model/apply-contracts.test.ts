import { expect } from 'chai';
import { applyContracts, type ContractVerdict } from './apply-contracts.ts';
import { deviceUniverseOf, type UniverseFacts } from './contract-universe.ts';
import { decodeTargetDevice } from './target-document.ts';

const nano: UniverseFacts = {
	supervisorVersion: '20.1.0',
	deviceType: 'jetson-nano',
	deviceArch: 'aarch64',
	osSlug: 'balena-os',
	osVersionId: '2.88.4+rev1',
	kernelRelease: '4.9.337-l4t-r32.7',
};

interface ServiceSketch {
	readonly contract?: unknown;
	readonly labels?: Readonly<Record<string, string>>;
	readonly composition?: Readonly<Record<string, unknown>>;
}

const appOf = (id: number, services: Readonly<Record<string, ServiceSketch>>): object => ({
	id,
	name: `app-${id}`,
	releases: {
		[`commit${id}`]: {
			id,
			services: Object.fromEntries(
				Object.entries(services).map(([name, sketch], index) => [
					name,
					{
						id: index,
						image_id: index,
						image: `r/${name}`,
						environment: {},
						labels: {},
						...sketch,
					},
				]),
			),
		},
	},
});

const judge = (apps: Readonly<Record<string, object>>, facts = nano): ContractVerdict =>
	applyContracts(decodeTargetDevice({ name: 'x', config: {}, apps }), deviceUniverseOf(facts));

const needing = (...requires: unknown[]): ServiceSketch => ({ contract: { requires } });
const reasonsFor = (sketch: ServiceSketch, facts = nano): readonly string[] | undefined =>
	judge({ a: appOf(1, { web: sketch }) }, facts).target.rejected[0]?.reasons;

const impossible = { type: 'sw.supervisor', version: '>=99' };

describe('applyContracts', () => {
	const met: { name: string; requirement: unknown; facts?: UniverseFacts }[] = [
		{ name: 'the supervisor', requirement: { type: 'sw.supervisor', version: '>=16 <21' } },
		{ name: 'a device type', requirement: { type: 'hw.device-type', slug: 'jetson-nano' } },
		{ name: 'an architecture', requirement: { type: 'arch.sw', slug: 'aarch64' } },
		{
			name: 'an operating system',
			requirement: { type: 'sw.os', slug: 'balena-os', version: '^2.80.0' },
		},
		{ name: 'a kernel', requirement: { type: 'sw.kernel', slug: 'linux', version: '~4.9.300' } },
		{ name: 'L4T of two numbers', requirement: { type: 'sw.l4t', version: '32.7.0' } },
		{
			name: 'L4T of three numbers',
			requirement: { type: 'sw.l4t', version: '>=35.4.0 <36' },
			facts: { ...nano, kernelRelease: '5.10.120-l4t-r35.4.1' },
		},
		{
			name: 'a version of one number',
			requirement: { type: 'sw.os', slug: 'debian', version: '>=12' },
			facts: { ...nano, osSlug: 'debian', osVersionId: '12' },
		},
		{
			name: 'a pre-release',
			requirement: { type: 'sw.os', version: '>=6.0.0' },
			facts: { ...nano, osVersionId: '6.0.5-170000' },
		},
		{
			name: 'a kernel of a distribution',
			requirement: { type: 'sw.kernel', version: '>=6.1.0' },
			facts: { ...nano, kernelRelease: '6.1.0-13-amd64' },
		},
		{ name: 'one of several', requirement: { or: [impossible, { type: 'sw.l4t' }] } },
		{ name: 'a type alone', requirement: { type: 'sw.l4t' } },
	];
	for (const { name, requirement, facts } of met) {
		it(`must accept a release whose requirement is met: ${name}`, () => {
			expect(reasonsFor(needing(requirement), facts)).to.equal(undefined);
		});
	}

	const unmet: { name: string; requirement: unknown; lacks: string; facts?: UniverseFacts }[] = [
		{
			name: 'supervisor',
			requirement: impossible,
			lacks: 'sw.supervisor >=99 (the device has 20.1.0)',
		},
		{
			name: 'device type',
			requirement: { type: 'hw.device-type', slug: 'raspberrypi4-64' },
			lacks: 'hw.device-type raspberrypi4-64 (the device has jetson-nano)',
		},
		{
			name: 'absent capability',
			requirement: { type: 'sw.l4t', version: '>=32' },
			lacks: 'sw.l4t >=32 (the device has none)',
			facts: { ...nano, kernelRelease: '6.1.0' },
		},
		{
			name: 'unknown version',
			requirement: { type: 'sw.os', slug: 'balena-os', version: '>=2' },
			lacks: 'sw.os balena-os >=2 (the device has balena-os)',
			facts: { ...nano, osVersionId: undefined },
		},
		{
			name: 'data, which no device has',
			requirement: { type: 'arch.sw', slug: 'aarch64', data: { bits: 64 } },
			lacks: 'arch.sw aarch64 (the device has aarch64)',
		},
		{
			name: 'none of several',
			requirement: { or: [impossible, { type: 'arch.sw', slug: 'amd64' }] },
			lacks: 'sw.supervisor >=99 (the device has 20.1.0) or arch.sw amd64 (the device has aarch64)',
		},
	];
	for (const { name, requirement, lacks, facts } of unmet) {
		it(`must reject a release and say what it needs: ${name}`, () => {
			expect(reasonsFor(needing(requirement), facts)).to.deep.equal([`service web needs ${lacks}`]);
		});
	}

	const at = 'services.web.contract.requires';
	const malformed: { name: string; contract: unknown; reason: string }[] = [
		{
			name: 'an unknown type',
			contract: { requires: [{ type: 'hw.gpu' }] },
			reason: `${at}[0].type: must be one of sw.supervisor, sw.l4t, sw.os, sw.kernel, hw.device-type, arch.sw`,
		},
		{
			name: 'an unknown type among alternatives',
			contract: { requires: [{ or: [{ type: 'sw.os' }, { type: 'x' }] }] },
			reason: `${at}[0].or[1].type: must be one of sw.supervisor, sw.l4t, sw.os, sw.kernel, hw.device-type, arch.sw`,
		},
		{
			name: 'no range of versions',
			contract: { requires: [{ type: 'sw.os', version: 'newest' }] },
			reason: `${at}[0].version: must be a range of versions such as >=1.2.0`,
		},
		{ name: 'no list', contract: { requires: {} }, reason: `${at}: must be a list` },
		{ name: 'no map', contract: { requires: ['sw.os'] }, reason: `${at}[0]: must be a map` },
		{
			name: 'an empty choice',
			contract: { requires: [{ or: [] }] },
			reason: `${at}[0].or: must not be empty`,
		},
	];
	for (const { name, contract, reason } of malformed) {
		it(`must reject an app whose contract is malformed, with the place: ${name}`, () => {
			const verdict = judge({ a: appOf(1, { web: { contract } }) });
			expect(verdict.malformed[0]?.reasons).to.deep.equal([reason]);
			expect(verdict.unmet).to.deep.equal([]);
		});
	}

	it('must leave other apps alone, and keep what the report needs of the rejected one', () => {
		const { target } = judge({
			a: appOf(1, { web: needing(impossible) }),
			b: appOf(2, { web: {} }),
		});
		expect(target.apps.map(({ name }) => name)).to.deep.equal(['app-2']);
		expect(target.rejected).to.have.length(1);
		expect(target.rejected[0]).to.include({
			appUuid: 'a',
			appId: 1,
			name: 'app-1',
			commit: 'commit1',
		});
	});

	const optional = { labels: { 'io.balena.features.optional': '1' } };
	const left = ({ target }: ContractVerdict): string[] =>
		(target.apps[0]?.release?.services ?? []).map(({ serviceName }) => serviceName);

	it('must leave out only the service when it is optional', () => {
		const verdict = judge({
			a: appOf(1, { web: {}, gpu: { ...needing(impossible), ...optional } }),
		});
		expect(left(verdict)).to.deep.equal(['web']);
		expect(verdict.dropped).to.deep.equal([
			{
				appName: 'app-1',
				serviceName: 'gpu',
				reasons: ['sw.supervisor >=99 (the device has 20.1.0)'],
			},
		]);
		expect(verdict.target.rejected).to.deep.equal([]);
	});

	it('must leave out an optional service that shares the network of one that is left out', () => {
		const joined = { composition: { network_mode: 'service:gpu' } };
		const gpu = { ...needing(impossible), ...optional };
		const both = judge({ a: appOf(1, { web: {}, probe: { ...joined, ...optional }, gpu }) });
		expect(left(both)).to.deep.equal(['web']);
		const needed = judge({ a: appOf(1, { web: {}, probe: joined, gpu }) });
		expect(needed.unmet[0]?.reasons).to.deep.equal(['service probe needs the network of gpu']);
		const watching = { composition: { pid: 'service:gpu' } };
		const third = judge({ a: appOf(1, { web: {}, probe: watching, gpu }) });
		expect(third.unmet[0]?.reasons).to.deep.equal(['service probe needs the pid namespace of gpu']);
	});

	it('must have nothing against services without requirements', () => {
		const services = { a: {}, b: { contract: {} }, c: { contract: { requires: null } } };
		const verdict = judge({ a: appOf(1, services) });
		expect(left(verdict)).to.deep.equal(['a', 'b', 'c']);
	});
});
