// Code that must compile, and code that must not. It is never run.
import { createClient, OcipeError, type Schemas } from '@ocipe/client';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
const yes = <_ extends true>() => {};

const ocipe = createClient({ baseUrl: 'http://localhost:8080' });

export async function allowed() {
  const { data, response } = await ocipe.GET('/api/recipes/');
  const recipes: Schemas['Recipe'][] = data; // never undefined
  yes<Same<typeof response, Response>>();

  const one = await ocipe.GET('/api/recipes/{id}/', { params: { path: { id: 7 } }, signal: AbortSignal.timeout(1000) });
  yes<Same<typeof one.data.frequency, 'weekday' | 'weekend' | 'rarely'>>();

  const gone = await ocipe.DELETE('/api/recipes/{id}/', { params: { path: { id: 7 } } });
  yes<Same<typeof gone.data, undefined>>();

  // Members with a default are optional.
  const ingredients = [{ name: 'Leek' }];
  await ocipe.POST('/api/recipes/', { body: { name: 'Leek soup', meat_type: 'any', longevity: 3, frequency: 'weekday', ingredients } });
  await ocipe.POST('/api/recipes/refresh/');

  const health = await ocipe.GET('/api/monitoring/healthz/');
  yes<Same<typeof health.data.status, 'ok'>>();
  for await (const recipe of ocipe.pages('/api/recipes/', { params: { query: { search: 'soup', limit: 20 } } })) recipes.push(recipe);
  for await (const plan of ocipe.pages('/api/grocery/history/')) yes<Same<typeof plan.recipes, number[]>>();
}

export async function rejected(error: OcipeError) {
  // @ts-expect-error there is no such path
  await ocipe.GET('/api/nothing/');
  // @ts-expect-error it has no such method
  await ocipe.DELETE('/api/grocery/');
  // @ts-expect-error the id is missing
  await ocipe.GET('/api/recipes/{id}/');
  // @ts-expect-error members are missing
  await ocipe.POST('/api/recipes/', { body: { name: 'Leek soup' } });
  // @ts-expect-error no such parameter
  await ocipe.GET('/api/recipes/', { params: { query: { serch: 'soup' } } });
  // @ts-expect-error no such option
  await ocipe.GET('/api/recipes/', { parms: {} });
  // @ts-expect-error the base URL is an option of the client
  await ocipe.GET('/api/recipes/', { baseUrl: 'http://localhost:8081' });
  // @ts-expect-error the fridge has no pages
  ocipe.pages('/api/fridge/');
  // @ts-expect-error no such code
  return error.code === 'too_many_cooks';
}
