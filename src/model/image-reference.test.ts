import { expect } from 'chai';
import {
	cloudLocationOf,
	findImage,
	listedReference,
	parseImageReference,
} from './image-reference.ts';

const hash = `sha256:${'a'.repeat(64)}`;

describe('parseImageReference', () => {
	const cases = [
		{
			text: 'busybox',
			registry: undefined,
			repository: 'busybox',
			tag: undefined,
			digest: undefined,
		},
		{
			text: 'library/busybox:1.36',
			registry: undefined,
			repository: 'library/busybox',
			tag: '1.36',
			digest: undefined,
		},
		{
			text: 'registry.test:5000/v2/ab',
			registry: 'registry.test:5000',
			repository: 'v2/ab',
			tag: undefined,
			digest: undefined,
		},
		{
			text: `localhost/x:t@${hash}`,
			registry: 'localhost',
			repository: 'x',
			tag: 't',
			digest: hash,
		},
	];
	for (const { text, ...parts } of cases) {
		it(`must take ${text} apart`, () => {
			expect(parseImageReference(text)).to.deep.equal(parts);
		});
	}
});

describe('listedReference', () => {
	const cases = [
		['busybox', 'busybox:latest'],
		['library/busybox:1', 'busybox:1'],
		['docker.io/library/busybox', 'busybox:latest'],
		['index.docker.io/some/app:1', 'some/app:1'],
		['registry.test:5000/v2/ab', 'registry.test:5000/v2/ab:latest'],
		[`registry.test/v2/ab:tag@${hash}`, `registry.test/v2/ab@${hash}`],
		[hash, hash],
	];
	for (const [text = '', listed = ''] of cases) {
		it(`must list ${text} as ${listed}`, () => {
			expect(listedReference(text)).to.equal(listed);
		});
	}
});

describe('findImage', () => {
	const image = {
		engineImageId: hash,
		references: ['busybox:latest', `a/b@${hash}`],
		sizeBytes: 1,
		labels: {},
	};

	it('must find an image by tag, digest and id, and no other', () => {
		for (const reference of ['busybox', `a/b@${hash}`, hash]) {
			expect(findImage([image], reference), reference).to.equal(image);
		}
		expect(findImage([image], 'busybox:1')).to.equal(undefined);
	});
});

describe('cloudLocationOf', () => {
	const place = `registry.test/v2/${'a'.repeat(32)}`;
	for (const reference of [place, `${place}:latest`, `${place}@${hash}`]) {
		it(`must be the same whatever the tag or digest: ${reference.slice(place.length) || 'none'}`, () => {
			expect(cloudLocationOf(reference)).to.equal(place);
		});
	}
	for (const reference of [
		'busybox',
		`v2/${'a'.repeat(32)}`,
		`${place}/x:1`,
		'r.test/app:1',
		hash,
	]) {
		it(`must be none for ${reference}`, () => {
			expect(cloudLocationOf(reference)).to.equal(undefined);
		});
	}
});
