import { expect } from 'chai';
import {
	knownToEngine,
	missingCapabilities,
	parseCapBnd,
	toCgroupArgs,
	toPrivilegeArgs,
} from './capabilities.ts';

const status = (bnd: string) =>
	`Name:\tnode\nCapEff:\t0000000000000000\nCapBnd:\t${bnd}\nCapAmb:\t0\n`;

describe('capabilities of the device', () => {
	const cases = [
		{ name: 'all that the kernel has', capBnd: '000001ffffffffff', missing: [] },
		{ name: 'without CAP_SYS_RESOURCE', capBnd: '000001fffeffffff', missing: ['SYS_RESOURCE'] },
		{
			name: 'without two',
			capBnd: '000001fffcfeffff',
			missing: ['SYS_MODULE', 'SYS_RESOURCE', 'SYS_TIME'],
		},
	];
	for (const { name, capBnd, missing } of cases) {
		it(`must name what the bounding set lacks: ${name}`, () => {
			expect(parseCapBnd(status(capBnd))).to.equal(capBnd);
			expect(missingCapabilities(capBnd)).to.deep.equal(missing);
		});
	}

	const missing = ['SYS_RESOURCE', 'PERFMON', 'BPF', 'CHECKPOINT_RESTORE'];
	const engines = [
		{ version: '20.10.24+dfsg1', known: ['SYS_RESOURCE'] },
		{ version: '23.0.1', known: missing },
		{ version: '28.2.2', known: missing },
		{ version: '', known: missing },
	];
	for (const { version, known } of engines) {
		it(`must not name to engine ${version || 'unknown'} what it does not know`, () => {
			expect(knownToEngine(missing, version)).to.deep.equal(known);
		});
	}

	it('must not miss capabilities that the kernel does not have', () => {
		expect(missingCapabilities('0000003fffffffff', 37)).to.deep.equal([]);
		expect(missingCapabilities('0000003fffffffff', 40)).to.deep.equal([
			'PERFMON',
			'BPF',
			'CHECKPOINT_RESTORE',
		]);
	});

	it('must know nothing to be missing where there is no bounding set', () => {
		expect(parseCapBnd('Name:\tnode\n')).to.equal(undefined);
	});

	it('must ask for --privileged only where the host can grant it', () => {
		expect(toPrivilegeArgs([])).to.deep.equal(['--privileged']);
		expect(toPrivilegeArgs(['SYS_RESOURCE'])).to.not.include('--privileged');
	});

	it("must share the host's cgroups with version 1 only", () => {
		expect(toCgroupArgs(2)).to.deep.equal(['--cgroupns', 'private']);
		expect(toCgroupArgs(1)).to.include('/sys/fs/cgroup:/sys/fs/cgroup:rw');
	});
});
