//! Cycles in graphs.

/// Returns for each node the number of its strongly connected component (Tarjan 1972, without
/// recursion). A node is an index, and has a list of the nodes that it leads to.
pub fn strong_components(graph: &[Vec<usize>]) -> Vec<usize> {
    const UNMET: usize = usize::MAX;
    let mut number = vec![UNMET; graph.len()];
    let mut low = vec![0; graph.len()];
    let mut group = vec![UNMET; graph.len()];
    let mut pending = Vec::new();
    let mut count = 0;
    let mut groups = 0;
    for start in 0..graph.len() {
        let mut path = Vec::new();
        if number[start] == UNMET {
            path.push((start, 0));
        }
        while let Some((node, next)) = path.last_mut() {
            let node = *node;
            if *next == 0 {
                number[node] = count;
                low[node] = count;
                count += 1;
                pending.push(node);
            }
            let target = graph[node].get(*next).copied();
            *next += 1;
            match target {
                Some(target) if number[target] == UNMET => path.push((target, 0)),
                Some(target) => {
                    if group[target] == UNMET {
                        low[node] = low[node].min(number[target]);
                    }
                }
                None => {
                    if low[node] == number[node] {
                        while let Some(member) = pending.pop() {
                            group[member] = groups;
                            if member == node {
                                break;
                            }
                        }
                        groups += 1;
                    }
                    path.pop();
                    if let Some((parent, _)) = path.last() {
                        low[*parent] = low[*parent].min(low[node]);
                    }
                }
            }
        }
    }
    group
}
