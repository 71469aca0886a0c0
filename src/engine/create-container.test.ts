import { createServer, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import Docker from 'dockerode';
import { expect } from 'chai';
import type { ContainerConfig } from '../model/container-spec.ts';
import { dialCreate } from './create-container.ts';

const never = new AbortController().signal;
const image = { Cmd: ['serve'], Entrypoint: ['/init'] };

describe('the command of a new container', () => {
	let engine: Server;
	let docker: Docker;
	let asked: string[];
	let body: Record<string, unknown>;
	beforeEach(async () => {
		asked = [];
		engine = createServer((request, response) => {
			asked.push(`${request.method ?? ''} ${request.url?.split('?')[0] ?? ''}`);
			const answer = async (): Promise<object> => {
				if (request.method === 'GET') return { Config: image };
				body = (await json(request)) as Record<string, unknown>;
				return { Id: 'c1' };
			};
			response.setHeader('content-type', 'application/json');
			void answer().then((told) => response.end(JSON.stringify(told)));
		});
		await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve));
		const { port } = engine.address() as AddressInfo;
		docker = new Docker({ host: '127.0.0.1', port, protocol: 'http' });
	});
	afterEach(() => engine.close());

	const create = async (words: Pick<ContainerConfig, 'Cmd' | 'Entrypoint'>): Promise<void> => {
		const HostConfig = {
			NetworkMode: 'none',
			RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
		} as const;
		const config = { Image: 'web:1', Labels: {}, Env: [], HostConfig, ...words };
		await dialCreate(docker, { name: 'web_1_1_c1', config, networks: [] }, never);
	};

	it("must be the image's beside another entrypoint", async () => {
		await create({ Entrypoint: ['/bin/sh'] });
		expect(body).to.deep.include({ Entrypoint: ['/bin/sh'], Cmd: ['serve'] });
	});

	it("must have no command beside the image's entrypoint when it is empty", async () => {
		await create({ Cmd: [] });
		expect(body).to.deep.include({ Entrypoint: ['/init'], Cmd: [] });
	});

	it('must be left to the engine otherwise', async () => {
		for (const words of [{}, { Cmd: ['x'] }, { Entrypoint: [] }, { Entrypoint: [], Cmd: [] }]) {
			await create(words);
			expect(body).to.deep.include(words);
		}
		expect(new Set(asked)).to.deep.equal(new Set(['POST /containers/create']));
	});
});
