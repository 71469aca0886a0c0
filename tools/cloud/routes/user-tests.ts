import { Router } from 'express';
import { z } from 'zod';
import { Fault, type Faults } from '../dev/faults.ts';
import type { Journal } from '../dev/journal.ts';
import { parseBody } from '../parse-body.ts';

const Filter = z.object({
	method: z.string().optional(),
	path: z.string().optional(),
	after: z.coerce.number().int().optional(),
});

/** Failures on purpose, and a look at what devices asked for. */
export function createUserTestRoutes({
	faults,
	journal,
}: {
	faults: Faults;
	journal: Journal;
}): Router {
	const router = Router();
	router.get('/dev/faults', (_req, res) => void res.json(faults.list()));
	router.post('/dev/faults', (req, res) => {
		faults.add(parseBody(Fault, req));
		res.status(204).end();
	});
	router.delete('/dev/faults', (_req, res) => {
		faults.clear();
		res.status(204).end();
	});
	router.get('/dev/requests', (req, res) => {
		res.json(journal.list(Filter.parse(req.query)));
	});
	router.delete('/dev/requests', (_req, res) => {
		journal.clear();
		res.status(204).end();
	});
	return router;
}
