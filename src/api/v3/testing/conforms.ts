import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect } from 'chai';
import { depsOf } from '../../testing/fixture.ts';
import { openApiDocument } from '../openapi.ts';
import { v3Routes } from '../routes.ts';

/** What of an answer is compared with the document. */
export interface SeenAnswer {
	readonly status: number;
	/** Content type, with or without parameters. */
	readonly type: string;
	readonly body: unknown;
}

interface Operation {
	readonly responses: Record<string, { content?: Record<string, unknown> } | undefined>;
}

/** @returns a check that an answer is one the OpenAPI document promises of this operation, with no member beside it */
export function createConformance(): (operation: string, answer: SeenAnswer) => void {
	const document = openApiDocument(v3Routes(depsOf({ log: [] })), {
		version: '20.0.0',
		isClosed: true,
	});
	const ajv = new Ajv2020({ strict: false, allErrors: true });
	addFormats.default(ajv);
	ajv.addSchema(document, 'openapi');
	const paths = document.paths as Record<string, Record<string, Operation | undefined>>;
	return (operation, { status, type, body }) => {
		const [method = '', path = ''] = operation.split(' ');
		const response = paths[path]?.[method.toLowerCase()]?.responses[status];
		expect(response, `${operation} is documented to answer ${status}`).not.to.equal(undefined);
		const media = type.replace(/;.*/, '');
		if (response?.content === undefined) {
			expect(
				body === '' || body === undefined || Object.keys(body as object).length === 0,
			).to.equal(true);
			return;
		}
		expect(Object.keys(response.content)).to.include(media);
		const pointer = ['paths', path, method.toLowerCase(), 'responses', String(status)];
		const place = [...pointer, 'content', media, 'schema'].map(escaped).join('/');
		const validate = ajv.getSchema(`openapi#/${place}`);
		void validate?.(body);
		expect(validate?.errors ?? [], JSON.stringify(body)).to.deep.equal([]);
	};
}

/** A step of a JSON pointer in a URI fragment. */
function escaped(step: string): string {
	return encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));
}
