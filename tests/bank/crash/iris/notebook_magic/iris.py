# In[1]:
%matplotlib inline
import pandas as pd
import torch
from torch import nn

# In[2]:
def main():
    df = pd.read_csv("Iris.csv")
    x = torch.tensor(df.iloc[:, 1:5].values, dtype=torch.float32)
    codes, names = pd.factorize(df["Species"], sort=True)
    y = torch.tensor(codes)
    m = nn.Linear(4, 3)
    o = torch.optim.Adam(m.parameters(), 0.03)
    for i in range(600):
        o.zero_grad(); nn.functional.cross_entropy(m(x), y).backward(); o.step()
    return m

# In[3]:
main()
