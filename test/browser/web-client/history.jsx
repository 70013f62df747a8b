// The earlier plans.
import { api } from './session.js';

export const recent = '/api/grocery/history/recent';
export const history = '/api/grocery/history';

export function History({ data, nameOf, reuse, change }) {
  const namesOf = (plan) => plan.recipes.map((id) => nameOf(id) ?? 'a deleted recipe').join(', ');
  return (
    <section aria-label="History" data-stored>
      <h2>History</h2>
      {data[recent].map((plan) => <p key={plan.id}>Last time: <span className="recent">{namesOf(plan)}</span></p>)}
      <ol>
        {data[history].map((plan) => (
          <li key={plan.id}>
            <time dateTime={plan.created_at}>{new Date(plan.created_at).toLocaleDateString('en-GB')}</time>
            {' '}<span className="text">{namesOf(plan)}</span>
            {' '}<button onClick={() => reuse(plan.recipes.filter(nameOf))}>Reuse</button>
          </li>
        ))}
      </ol>
      <button onClick={() => change(() => api.delete('/api/grocery/history/'))}>Forget</button>
    </section>
  );
}
