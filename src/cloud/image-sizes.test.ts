import { expect } from 'chai';
import { createImageSizes } from './image-sizes.ts';
import type { HttpAnswer, HttpRequest } from './http.ts';

type Answers = Readonly<Record<string, Partial<HttpAnswer>>>;

const manifest = JSON.stringify({ config: { size: 10 }, layers: [{ size: 100 }, { size: 1000 }] });
const challenge = (realm: string): Partial<HttpAnswer> => ({
	status: 401,
	headers: { 'www-authenticate': `Bearer realm="${realm}",service="r",scope="repository:a:pull"` },
});

function stage(answers: Answers, apiEndpoint = 'https://api.example') {
	const asked: HttpRequest[] = [];
	const sizes = createImageSizes({
		http: {
			send: (request) => {
				asked.push(request);
				const { url, key } = request;
				const found = answers[key === undefined ? url : `${url} ${key}`];
				if (found === undefined) return Promise.reject(new Error(`nobody at ${url}`));
				const base = { host: '', status: 200, headers: {}, text: '', retryAfterMs: undefined };
				return Promise.resolve({ ...base, ...found });
			},
		},
		registryAuth: {
			credentialsFor: () =>
				Promise.resolve({ username: 'd_1', password: 'key', serverAddress: 'registry.example' }),
		},
		apiEndpoint: () => Promise.resolve(apiEndpoint),
	});
	const authorized = (): string[] => asked.flatMap(({ headers }) => headers?.Authorization ?? []);
	return { sizes, asked, authorized };
}

describe('createImageSizes', () => {
	it('must add up what the manifest names', async () => {
		const { sizes } = stage({
			'https://registry.example/v2/a/b/manifests/sha256:1': { text: manifest },
		});
		const size = await sizes.sizeOf('registry.example/a/b@sha256:1', 'linux/amd64');
		expect(size).to.equal(1110);
	});

	it('must take the manifest of the platform', async () => {
		const platforms = [
			{ digest: 'sha256:arm', platform: { os: 'linux', architecture: 'arm64' } },
			{ digest: 'sha256:amd', platform: { os: 'linux', architecture: 'amd64' } },
		];
		const { sizes, asked } = stage({
			'https://registry-1.docker.io/v2/library/redis/manifests/7': {
				text: JSON.stringify({ manifests: platforms }),
			},
			'https://registry-1.docker.io/v2/library/redis/manifests/sha256:amd': { text: manifest },
		});
		expect(await sizes.sizeOf('redis:7', 'linux/amd64')).to.equal(1110);
		expect(asked).to.have.length(2);
	});

	it('must believe plain HTTP only where the cloud itself is spoken to in it', async () => {
		const answers = { 'http://registry.example/v2/a/manifests/1': { text: manifest } };
		const sizeBy = (endpoint: string): Promise<number | undefined> =>
			stage(answers, endpoint).sizes.sizeOf('registry.example/a:1', 'linux/amd64');
		expect(await sizeBy('http://api.example')).to.equal(1110);
		expect(await sizeBy('https://api.example')).to.equal(undefined);
	});

	const token = 'https://api.example/token?service=r&scope=repository%3Aa%3Apull';
	const url = 'https://registry.example/v2/a/manifests/latest';

	it('must show the device’s key to the token service of its cloud', async () => {
		const { sizes, authorized } = stage({
			[url]: challenge('https://api.example/token'),
			[token]: { text: '{"token":"t"}' },
			[`${url} t`]: { text: manifest },
		});
		expect(await sizes.sizeOf('registry.example/a', 'linux/amd64')).to.equal(1110);
		expect(authorized()).to.deep.equal([`Basic ${Buffer.from('d_1:key').toString('base64')}`]);
	});

	it('must show the device’s key to the registry that it is for', async () => {
		const realm = 'https://registry.example/token';
		const { sizes, authorized } = stage({
			[url]: challenge(realm),
			[token.replace('https://api.example/token', realm)]: { text: '{"access_token":"t"}' },
			[`${url} t`]: { text: manifest },
		});
		expect(await sizes.sizeOf('registry.example/a', 'linux/amd64')).to.equal(1110);
		expect(authorized()).to.have.length(1);
	});

	for (const realm of ['https://evil.example/token', 'http://api.example/token']) {
		it(`must show the device’s key to nobody else: ${realm}`, async () => {
			const { sizes, authorized } = stage({
				[url]: challenge(realm),
				[token.replace('https://api.example/token', realm)]: { text: '{"token":"t"}' },
				[`${url} t`]: { text: manifest },
			});
			expect(await sizes.sizeOf('registry.example/a', 'linux/amd64')).to.equal(1110);
			expect(authorized()).to.deep.equal([]);
		});
	}

	const silent: [string, Answers][] = [
		['does not answer', {}],
		['refuses', { [url]: { status: 403 } }],
		['answers nonsense', { [url]: { text: '<html>' } }],
		['has nothing for this platform', { [url]: { text: '{"manifests":[]}' } }],
		['names no token service', { [url]: challenge('nowhere') }],
	];
	for (const [name, answers] of silent) {
		it(`must know nothing of a registry that ${name}`, async () => {
			const { sizes } = stage(answers);
			expect(await sizes.sizeOf('registry.example/a', 'linux/amd64')).to.equal(undefined);
		});
	}
});
