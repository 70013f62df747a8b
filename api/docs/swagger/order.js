// The order of the page is that of the contract, except that deletions and the logout are in a group of their own at the end, so that
// the page can be executed from top to bottom.
const endings = {
  name: 'Endings',
  description: 'Delete one thing, delete all of a kind, log out. Last, so that the examples of this page work from top to bottom.',
};

// DeletionsLast moves deletions and the logout to the last group. In the contract they keep their tag.
export function DeletionsLast({ Im }) {
  const taggedOperations = (original) => (...args) => {
    const groups = original(...args);
    const last = groups.toList().flatMap((group) => group.get('operations').filter(isEnding)).sortBy(rank);
    return groups
      .map((group) => group.update('operations', (operations) => operations.filterNot(isEnding)))
      .set(endings.name, Im.fromJS({ tagDetails: endings, operations: last }));
  };
  return { statePlugins: { spec: { wrapSelectors: { taggedOperations } } } };
}

const isEnding = (operation) => rank(operation) > 0;

function rank(operation) {
  if (operation.getIn(['operation', 'operationId']) === 'logout') return 3;
  if (operation.get('method') !== 'delete') return 0;
  return operation.get('path').includes('{') ? 1 : 2;
}
