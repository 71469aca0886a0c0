import { expect } from 'chai';
import { ToolError } from '../effects/errors.ts';
import { parsePlace, requireFit } from './place.ts';

const ssh = { kind: 'ssh', host: '10.0.0.7', port: 22222 } as const;
const output = `engine=balena-engine
container=balena_supervisor
imageId=sha256:0123
image=holdfast/amd64-supervisor:master
readOnly=false
mountedDist=
imageArch=amd64
deviceArch=amd64
hasMain=1
freeKb=4000000
variant=dev
`;
const facts = parsePlace(output);

describe('parsePlace', () => {
	it('must be what the device says', () => {
		expect(facts).to.deep.equal({
			engine: 'balena-engine',
			container: 'balena_supervisor',
			image: 'holdfast/amd64-supervisor:master',
			imageArch: 'amd64',
			deviceArch: 'amd64',
			isReadOnly: false,
			mountedDist: '',
			hasMain: true,
			freeBytes: 4_096_000_000,
			variant: 'dev',
		});
	});

	it('must know nothing of the disk where it was not asked for', () => {
		expect(parsePlace('engine=docker\n').freeBytes).to.equal(undefined);
	});
});

describe('requireFit', () => {
	it('must take a device that fits', () => {
		expect(() => requireFit(ssh, facts)).to.not.throw();
		expect(() => requireFit(ssh, facts, { arch: 'amd64' })).to.not.throw();
		expect(() => requireFit(ssh, { ...facts, freeBytes: undefined })).to.not.throw();
	});

	const cases = [
		{
			name: 'another processor than asked for',
			given: {},
			arch: 'aarch64',
			says: /amd64, not aarch64/,
		},
		{
			name: 'an image for another processor',
			given: { deviceArch: 'arm64' },
			says: /is for amd64, the device is arm64/,
		},
		{
			name: 'a supervisor that runs from a folder',
			given: { mountedDist: '/mnt/dist' },
			says: /from the folder \/mnt\/dist/,
		},
		{ name: 'a foreign supervisor', given: { hasMain: false }, says: /another one than this/ },
		{ name: 'a read-only container', given: { isReadOnly: true }, says: /cannot be written to/ },
		{ name: 'a full disk', given: { freeBytes: 1e6 }, says: /no space left \(1 MB\)/ },
	];
	for (const { name, given, arch, says } of cases) {
		it(`must refuse ${name} before anything is changed, and say what to do`, () => {
			expect(() => requireFit(ssh, { ...facts, ...given }, { arch }))
				.to.throw(ToolError, says)
				.with.property('todo')
				.that.is.a('string');
		});
	}
});
