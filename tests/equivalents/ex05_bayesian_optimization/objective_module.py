"""A class for the network, a DataLoader for the batches, and settings from the trial's params."""

from __future__ import annotations

import optuna


def objective(trial):
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    class Net(torch.nn.Module):
        def __init__(self, width, dropout):
            super().__init__()
            self.out = torch.nn.Linear(width, 10)
            self.drop = torch.nn.Dropout(p=dropout)
            self.hidden = torch.nn.Linear(64, width)

        def forward(self, x):
            return self.out(self.drop(torch.relu(self.hidden(x))))

    dropout = trial.suggest_float("dropout", 0, 0.5)
    width = trial.suggest_int("width", 16, 128)
    lr = trial.suggest_float(name="lr", low=1e-4, high=1e-1, log=True)
    torch.manual_seed(0)
    train_x, train_y, val_x, val_y = digits_split()  # noqa: F821
    loader = DataLoader(TensorDataset(train_x, train_y), batch_size=BATCH_SIZE, shuffle=True)  # noqa: F821
    net = Net(width, dropout)
    adam = torch.optim.Adam(net.parameters(), lr)
    criterion = torch.nn.CrossEntropyLoss()
    for epoch in range(EPOCHS):  # noqa: F821
        net.train()
        for x, y in loader:
            loss = criterion(net(x), y)
            adam.zero_grad()
            loss.backward()
            adam.step()
        net.eval()
        correct = (net(val_x).argmax(1) == val_y).sum()  # with gradients, which do no harm
        accuracy = correct / len(val_y)
        trial.report(accuracy.item(), step=epoch)
        if trial.should_prune():
            raise optuna.exceptions.TrialPruned
    return accuracy
